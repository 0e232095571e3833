"""The files of a comparison of records with simulations: tables, manifest, figures.

That the directory appears whole is seen to in :mod:`hotline_sim.results.directory`; figures are drawn by
``plot/goodness.py``.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.experiment.goodness_bands import RISK
from hotline_sim.experiment.goodness_names import SAMPLE_NAMES, SERIES_NAMES
from hotline_sim.results.definitions import Wording
from hotline_sim.results.directory import MANIFEST, whole_directory
from hotline_sim.results.provenance import machine, versions
from hotline_sim.scenario.write import digest, to_toml

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.figure import Figure

    from hotline_sim.experiment.goodness import Goodness
    from hotline_sim.plot.study_frame import Study

SCHEMA_VERSION: Final = "1"
CSV_ENCODING: Final = "utf-8-sig"
"""With a mark at the beginning, by which spreadsheets know it."""

_TITLE: Final = Wording(
    "{title}; records: {records}; {first} to {last}", "{title}；记录：{records}；{first} 至 {last}"
)


def save_goodness(
    result: Goodness, directory: str | Path, *, lang: str = "en", force: bool = False, figures: bool = True
) -> Path:
    """Write a comparison to a directory.

    Parameters
    ----------
    result : Goodness
        What to keep.
    directory : path
        Where; folders above it are made as needed.
    lang : {"en", "zh"}
        Language of the figures.
    force : bool
        Replace an earlier result.
    figures : bool
        Whether to draw.

    Returns
    -------
    Path
        The directory, with ``bands.csv`` (every number that counts for the verdict), ``hours.csv``,
        ``days.csv``, ``coverage.csv``, ``abandonment.csv`` if there are calls, ``distribution-NAME.csv`` and
        ``quantiles-NAME.csv`` for each sample, ``left-out.csv``, ``replications.csv`` (the numbers of each
        replication), ``manifest.json`` and ``figures``.

    Raises
    ------
    ResultError
        If the directory exists and may not be replaced, or cannot be written; nothing is left behind.
    """
    final = Path(directory).absolute()
    with whole_directory(final, force=force) as part:
        for name, rows in _tables(result).items():
            rows.to_csv(part / f"{name}.csv", index=False, encoding=CSV_ENCODING, lineterminator="\r\n")
        text = json.dumps(facts_of(result), ensure_ascii=False, indent=2, allow_nan=False)
        (part / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
        if figures:
            from hotline_sim.plot.study_frame import save_study_figures

            (part / "figures").mkdir()
            save_study_figures(drawings(result, lang), part / "figures")
    return final


def facts_of(result: Goodness) -> dict[str, Any]:
    """What was compared and what came out, as plain values for JSON."""
    return {
        "kind": "goodness",
        "schema_version": SCHEMA_VERSION,
        "scenario": result.scenario.name,
        "records": result.records,
        "start": str(result.start),
        "end": str(result.end),
        "replications": result.replications,
        "seed": result.seed,
        "engine": result.engine,
        "verdict": verdict_of(result),
        "versions": versions(),
        "machine": machine(),
        "digest": digest(result.scenario),
        "text": to_toml(result.scenario),
    }


def verdict_of(result: Goodness) -> dict[str, Any]:
    """Verdict as plain values, with the rule that it follows and the names of what is off."""
    found = result.verdict
    return {
        "passes": found.passes,
        "bands": found.bands,
        "missed": found.missed,
        "usual": found.usual,
        "excess": plain(found.excess),
        "share": found.share,
        "risk": RISK,
        "off": result.off,
    }


def drawings(result: Goodness, lang: str = "en") -> dict[str, Callable[[], Figure]]:
    """Functions that draw the figures, by name: hours, days, and one for each sample."""
    from hotline_sim.plot import goodness as plot

    study = _study(result, lang)
    found: dict[str, Callable[[], Figure]] = {}
    series = {name: SERIES_NAMES[name].text(lang) for name in result.plan.series}
    if series:
        by_hour = {title: _rows(result.hours, name) for name, title in series.items()}
        by_day = {title: _rows(result.days, name) for name, title in series.items()}
        found["hours"] = lambda: plot.hours_figure(by_hour, study, lang)
        found["days"] = lambda: plot.days_figure(by_day, result.start, study, lang)
    for name in result.plan.samples:
        found[name] = _drawing(result, name, study, lang)
    return found


def _drawing(result: Goodness, name: str, study: Study, lang: str) -> Callable[[], Figure]:
    from hotline_sim.plot import goodness as plot

    given_up = _columns(result.abandonment) if name == "wait" else None
    return lambda: plot.sample_figure(
        name,
        SAMPLE_NAMES[name].text(lang),
        (_columns(result.distribution(name)), _columns(result.quantile_pairs(name)), given_up),
        study,
        lang,
    )


def _study(result: Goodness, lang: str) -> Study:
    from datetime import timedelta

    from hotline_sim.plot.study_frame import Study

    title = _TITLE.text(lang)
    last = result.end - timedelta(days=1)
    name = getattr(result.scenario.title, lang)
    return Study(
        title=title.format(title=name, records=result.records, first=result.start, last=last),
        scenarios=result.scenario.name,
        seed=result.seed,
        count=result.replications,
        engine=result.engine,
    )


def _rows(table: pd.DataFrame, series: str) -> dict[str, np.ndarray[Any, Any]]:
    return _columns(table[table["series"] == series])


def _columns(table: pd.DataFrame) -> dict[str, np.ndarray[Any, Any]]:
    return {str(name): table[name].to_numpy() for name in table.columns}


def _tables(result: Goodness) -> dict[str, pd.DataFrame]:
    import pandas as pd

    found = {
        "bands": result.bands,
        "hours": result.hours,
        "days": result.days,
        "coverage": result.coverage,
    }
    if len(result.abandonment):
        found["abandonment"] = result.abandonment
    for name in result.plan.samples:
        found[f"distribution-{name}"] = result.distribution(name)
        found[f"quantiles-{name}"] = result.quantile_pairs(name)
    left = [(one.name, "; ".join(one.facts), one.where) for one in result.left_out]
    found["left-out"] = pd.DataFrame(left, columns=["name", "facts", "no_value_in"])
    rows = pd.DataFrame(result.replicated, columns=result.compared.names)
    rows.insert(0, "replication", np.arange(len(rows)))
    found["replications"] = rows
    return found


def plain(value: Any) -> Any:
    """A cell of a table as JSON has it: no NumPy, neither NaN nor infinity."""
    if hasattr(value, "item"):
        value = value.item()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value
