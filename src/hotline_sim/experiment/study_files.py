"""The files of a study of replications or of a comparison, written whole or not at all.

Tables as Parquet and, for spreadsheets, as CSV that says which encoding it has; manifest, checklist, figures.
That the directory appears whole is seen to in :mod:`hotline_sim.results.directory`.
"""

from __future__ import annotations

import io
import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.experiment.replicate import SHOWN
from hotline_sim.experiment.stopping import Precision, running_intervals
from hotline_sim.experiment.stress import stress_des
from hotline_sim.results.directory import MANIFEST, whole_directory
from hotline_sim.results.provenance import machine, versions
from hotline_sim.scenario.write import digest, to_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from matplotlib.figure import Figure

    from hotline_sim.experiment.compare import Comparison
    from hotline_sim.experiment.replicate import Replications
    from hotline_sim.experiment.run_in import RunIn
    from hotline_sim.plot.study_frame import Study

SCHEMA_VERSION: Final = "1"
CHECKLIST: Final = "stress-des.md"
CSV_ENCODING: Final = "utf-8-sig"
"""With a mark at the beginning, by which spreadsheets know it."""


def save_replications(
    result: Replications,
    directory: str | Path,
    *,
    lang: str = "en",
    kpis: Sequence[str] = (),
    run_in: RunIn | None = None,
    force: bool = False,
    figures: bool = True,
) -> Path:
    """Write a study of replications to a directory.

    Parameters
    ----------
    result : Replications
        What to keep.
    directory : path
        Where; folders above it are made as needed.
    lang : {"en", "zh"}
        Language of figures and checklist.
    kpis : sequence of str
        Key figures that are drawn; ``SHOWN`` if none is named.
    run_in : RunIn, optional
        Drawn and kept as well.
    force : bool
        Replace an earlier result.
    figures : bool
        Whether to draw.

    Returns
    -------
    Path
        The directory, with ``replications.parquet`` (every replication and key figure, with numerators),
        ``replications.csv`` (a row for each replication), ``summary.csv``, ``manifest.json``,
        ``stress-des.md`` and ``figures``.

    Raises
    ------
    ResultError
        If the directory exists and may not be replaced, or cannot be written; nothing is left behind.
    """
    final = Path(directory).absolute()
    with whole_directory(final, force=force) as part:
        _write_parquet(result.frame, part / "replications.parquet")
        _write_csv(result.table(), part / "replications.csv", index=True)
        _write_csv(result.summary(*result.columns), part / "summary.csv")
        about: dict[str, Any] = {"replications": result.count, "rule": _rule(result), "is_met": result.is_met}
        if run_in is not None:
            about["run_in"] = run_in_facts(run_in)
            _write_csv(_days(run_in), part / "run-in.csv")
        _write_rest(part, "replications", result, {result.scenario.name: result.scenario}, about, lang, kpis)
        if figures:
            _draw(_replication_figures(result, lang, kpis or SHOWN, run_in), part)
    return final


def save_comparison(
    result: Comparison,
    directory: str | Path,
    *,
    lang: str = "en",
    kpis: Sequence[str] = (),
    force: bool = False,
    figures: bool = True,
) -> Path:
    """Write a comparison to a directory.

    Parameters
    ----------
    result : Comparison
        What to keep.
    directory, lang, kpis, force, figures
        As for :func:`save_replications`.

    Returns
    -------
    Path
        The directory, with ``comparison.parquet`` (every scenario, replication and key figure),
        ``differences.csv``, for three scenarios or more ``best.csv``, ``manifest.json``, ``stress-des.md``
        and ``figures``.

    Raises
    ------
    ResultError
        As for :func:`save_replications`.
    """
    final = Path(directory).absolute()
    with whole_directory(final, force=force) as part:
        _write_parquet(result.frame, part / "comparison.parquet")
        _write_csv(result.summary(*result.kpis), part / "differences.csv")
        if len(result.scenarios) > 2:
            _write_csv(result.best(), part / "best.csv")
        about = {"replications": result.count, "same_citizens": result.same_citizens}
        _write_rest(part, "comparison", result, result.scenarios, about, lang, kpis)
        if figures:
            _draw({"differences": partial(_differences, result, lang, kpis or SHOWN)}, part)
    return final


def run_in_facts(run_in: RunIn) -> dict[str, Any]:
    """What was found about a run-in, as plain values for JSON."""
    point = run_in.truncation
    return {
        "days": run_in.days,
        "recommended": run_in.recommended,
        "is_enough": run_in.is_enough,
        "truncation": None if point is None else point.count,
        "series": int(run_in.backlog.size),
        "replications": run_in.replications,
    }


def _write_rest(
    part: Path,
    kind: str,
    result: Any,
    scenarios: dict[str, Any],
    about: dict[str, Any],
    lang: str,
    kpis: Sequence[str],
) -> None:
    manifest = {
        "kind": kind,
        "schema_version": SCHEMA_VERSION,
        "seed": result.seed,
        "engine": result.engine,
        **about,
        "versions": versions(),
        "machine": machine(),
        "scenarios": {
            name: {"digest": digest(scenario), "text": to_toml(scenario)}
            for name, scenario in scenarios.items()
        },
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2, allow_nan=False)
    (part / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
    (part / CHECKLIST).write_text(stress_des(result, lang, kpis=kpis), encoding="utf-8")


def _rule(result: Replications) -> str | None:
    return None if result.rule is None else repr(result.rule)


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    # Without the index and notes of pandas, which change with its release.
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    path.write_bytes(buffer.getvalue())


def _write_csv(frame: pd.DataFrame, path: Path, *, index: bool = False) -> None:
    frame.to_csv(path, index=index, encoding=CSV_ENCODING, lineterminator="\r\n")


def _days(run_in: RunIn) -> pd.DataFrame:
    import pandas as pd

    dates = run_in.midnights.astype("datetime64[ms]").astype("datetime64[D]").astype(str)
    return pd.DataFrame({"day": dates, "open_tickets": run_in.backlog})


def _draw(drawings: dict[str, Callable[[], Figure]], part: Path) -> None:
    from hotline_sim.plot.study_frame import save_study_figures

    (part / "figures").mkdir()
    save_study_figures(drawings, part / "figures")


def _study(result: Replications | Comparison, scenarios: dict[str, Any], lang: str) -> Study:
    from hotline_sim.plot.study_frame import Study

    titles = dict.fromkeys(getattr(scenario.title, lang) for scenario in scenarios.values())
    comma = ", " if lang == "en" else "、"
    return Study(comma.join(titles), "; ".join(scenarios), result.seed, result.count, result.engine)


def _replication_figures(
    result: Replications, lang: str, kpis: Sequence[str], run_in: RunIn | None
) -> dict[str, Callable[[], Figure]]:
    from hotline_sim.plot.replicate import (
        RunInSeries,
        Running,
        precision_figure,
        replications_figure,
        run_in_figure,
    )

    known = [kpi for kpi in kpis if kpi in result.columns]
    study = _study(result, {result.scenario.name: result.scenario}, lang)
    summary = result.summary(*known)
    units = dict(zip(summary["kpi"], summary["unit"], strict=True))
    values = {kpi: result.columns[kpi] for kpi in known}
    running = {kpi: Running(*running_intervals(column)) for kpi, column in values.items()}
    target = result.rule.relative if isinstance(result.rule, Precision) else None
    found: dict[str, Callable[[], Figure]] = {
        "replications": partial(replications_figure, values, summary, study, lang)
    }
    if result.count > 2:
        found["precision"] = partial(precision_figure, running, units, study, lang, target=target)
    if run_in is not None:
        series = RunInSeries(run_in.backlog, run_in.days, run_in.recommended, run_in.replications)
        few = replace(study, count=run_in.replications)
        found["run-in"] = partial(run_in_figure, series, few, lang)
    return found


def _differences(result: Comparison, lang: str, kpis: Sequence[str]) -> Figure:
    from hotline_sim.plot.compare import differences_figure

    base, *others = result.scenarios
    known = [kpi for kpi in kpis if kpi in result.kpis]
    differences = {
        kpi: {name: np.subtract(result.columns[name][kpi], result.columns[base][kpi]) for name in others}
        for kpi in known
    }
    study = _study(result, result.scenarios, lang)
    return differences_figure(differences, result.summary(*known), study, lang, base=base)
