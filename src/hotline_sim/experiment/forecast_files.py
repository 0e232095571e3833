"""The files of a forecast: tables by day and week, every future, manifest, figures.

That the directory appears whole is seen to in :mod:`hotline_sim.results.directory`.
"""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.experiment.forecast import BANDS, QUANTITIES, Forecast, interval
from hotline_sim.results.directory import MANIFEST, whole_directory
from hotline_sim.results.provenance import machine, versions
from hotline_sim.scenario.write import digest, to_toml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

SCHEMA_VERSION: Final = "1"


def save_forecast(
    result: Forecast,
    directory: str | Path,
    *,
    lang: str = "en",
    force: bool = False,
    figures: bool = True,
) -> Path:
    """Write a forecast to a directory.

    Parameters
    ----------
    result : Forecast
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
        The directory, with ``by-day.csv``, ``by-week.csv``, ``futures.parquet`` (every future, day and
        quantity), ``manifest.json`` and ``figures``.

    Raises
    ------
    ResultError
        If the directory exists and may not be replaced, or cannot be written; nothing is left behind.
    """
    final = Path(directory).absolute()
    with whole_directory(final, force=force) as part:
        for by in ("day", "week"):
            # With a mark at the beginning, by which spreadsheets know the encoding.
            result.table(by).to_csv(
                part / f"by-{by}.csv", index=False, encoding="utf-8-sig", lineterminator="\r\n"
            )
        _write_futures(result, part / "futures.parquet")
        text = json.dumps(facts_of(result), ensure_ascii=False, indent=2, allow_nan=False)
        (part / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
        if figures:
            from hotline_sim.plot.figures import save_figure

            (part / "figures").mkdir()
            save_figure(draw_forecast(result, lang), part / "figures" / "forecast")
    return final


def facts_of(result: Forecast) -> dict[str, object]:
    """What a forecast is of, as plain values for JSON."""
    return {
        "kind": "forecast",
        "schema_version": SCHEMA_VERSION,
        "scenario": result.scenario.name,
        "start": str(result.start),
        "days": int(result.paths["calls"].shape[1]),
        "replications": result.replications,
        "seed": result.seed,
        "engine": result.engine,
        "open_tickets": result.open_tickets,
        "bands": list(BANDS),
        "versions": versions(),
        "machine": machine(),
        "digest": digest(result.scenario),
        "text": to_toml(result.scenario),
    }


def draw_forecast(result: Forecast, lang: str = "en", quantities: Sequence[str] = ()) -> Figure:
    """Draw quantities by day, all if none is named; without callers no calls and load."""
    from hotline_sim.plot.forecast import Bands, bands_by_day
    from hotline_sim.plot.study_frame import Study
    from hotline_sim.plot.words import WORDS

    has_calls = bool(result.paths["calls"].any())
    names = tuple(quantities) or (QUANTITIES if has_calls else ("requests", "tickets", "backlog"))
    found = {
        name: Bands(
            np.median(result.paths[name], axis=0),
            {band: interval(result.paths[name], band) for band in BANDS},
        )
        for name in names
    }
    last = result.start + timedelta(days=result.paths["calls"].shape[1] - 1)
    heading = WORDS["heading"].text(lang)
    study = Study(
        title=heading.format(title=getattr(result.scenario.title, lang), first=result.start, last=last),
        scenarios=result.scenario.name,
        seed=result.seed,
        count=result.replications,
        engine=result.engine,
    )
    return bands_by_day(found, result.start, study, lang)


def _write_futures(result: Forecast, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    many, days = result.paths["calls"].shape
    columns = {
        "replication": pa.array(np.repeat(np.arange(many), days)),
        "date": pa.array(np.tile(np.datetime64(result.start) + np.arange(days), many)),
    }
    columns |= {name: pa.array(result.paths[name].ravel()) for name in QUANTITIES}
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="zstd")
    path.write_bytes(buffer.getvalue())
