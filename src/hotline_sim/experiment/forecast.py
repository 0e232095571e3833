"""A forecast: calls, load, tickets and backlog of the coming weeks, with bands from many simulated futures.

Whether such bands hold what they promise is tested in :mod:`hotline_sim.experiment.backtest`. Tickets open
today are added by ``forecast_open.py``; files and figures are made in ``forecast_files.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from hotline_sim.arguments import check_whole
from hotline_sim.clock.ticks import DAY, HOUR, NEVER, datetime_of, tick_of
from hotline_sim.engines.simulate import simulate
from hotline_sim.experiment.forecast_open import OpenTickets, check_covers
from hotline_sim.network.codes import Stage
from hotline_sim.results.log import check_log
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.results.series import backlog_by_day
from hotline_sim.scenario.given import check_scenario
from hotline_sim.scenario.vary import changed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from hotline_sim.arrays import FloatArray
    from hotline_sim.records.read import Records
    from hotline_sim.results.log import TicketLog
    from hotline_sim.scenario.schema import Scenario

QUANTITIES: Final = ("requests", "calls", "load", "peak_load", "tickets", "backlog")
"""What is forecast, by day and by week."""
BANDS: Final = (50, 80, 95)
"""Per cent of futures inside each band, half of the rest on either side."""
MOST_WEEKS: Final = 104
_BY_WEEK: Final = {"load": "mean", "peak_load": "max", "backlog": "last"}


@dataclass(frozen=True, eq=False)
class Forecast:
    """Simulated futures of a hotline.

    Parameters
    ----------
    scenario : Scenario
        What was simulated, with its first and last day.
    start : date
        First day.
    paths : dict of str to float64 array, shape (replications, days)
        By quantity of ``QUANTITIES``: requests a day; calls a day, redials included; mean load and load of
        the busiest hour in erlang; tickets made a day; tickets open at the end of the day.
    seed : int
        Of the draws.
    open_tickets : int
        Tickets open at the start that were given.
    engine : str
        The engine that ran.
    """

    scenario: Scenario
    start: date
    paths: dict[str, FloatArray]
    seed: int
    open_tickets: int
    engine: str

    def __repr__(self) -> str:
        many, days = self.paths["calls"].shape
        return f"<Forecast {self.scenario.name!r}: {days} days from {self.start}, {many} futures>"

    @property
    def replications(self) -> int:
        """Number of futures."""
        return int(self.paths["calls"].shape[0])

    def by_week(self) -> dict[str, FloatArray]:
        """Paths by week, shape (replications, weeks).

        Sums of requests, calls and tickets, the mean load, the highest load of an hour, and the backlog at
        the end of the week.
        """
        found = {}
        for name, path in self.paths.items():
            weeks = path.reshape(path.shape[0], -1, 7)
            how = _BY_WEEK.get(name, "sum")
            found[name] = (
                weeks[:, :, -1] if how == "last" else np.asarray(getattr(weeks, how)(axis=2), np.float64)
            )
        return found

    def table(self, by: str = "day") -> pd.DataFrame:
        """Bands of every quantity.

        Parameters
        ----------
        by : {"day", "week"}
            A row for each day or week.

        Returns
        -------
        DataFrame
            Columns date (first day), quantity, mean, median, and ``low_80``, ``high_80`` for each of BANDS.

        Raises
        ------
        ValueError
            If ``by`` is something else.
        """
        import pandas as pd

        if by not in ("day", "week"):
            raise ValueError(f'by: got {by!r}, must be "day" or "week"')
        paths, step = (self.paths, 1) if by == "day" else (self.by_week(), 7)
        parts = []
        for name, path in paths.items():
            columns: dict[str, Any] = {
                "date": [self.start + timedelta(days=step * number) for number in range(path.shape[1])],
                "quantity": name,
                "mean": path.mean(axis=0),
                "median": np.median(path, axis=0),
            }
            for band in BANDS:
                columns[f"low_{band}"], columns[f"high_{band}"] = interval(path, band)
            parts.append(pd.DataFrame(columns))
        return pd.concat(parts, ignore_index=True)

    def save(self, directory: str | Path, *, lang: str = "en", force: bool = False) -> Path:
        """Write tables, manifest and figures to a directory, which appears whole or not at all.

        Raises
        ------
        ResultError
            If the directory exists and may not be replaced, or cannot be written.
        """
        from hotline_sim.experiment.forecast_files import save_forecast

        return save_forecast(self, directory, lang=lang, force=force)


def interval(path: FloatArray, band: int) -> tuple[FloatArray, FloatArray]:
    """Central interval over replications that holds so many per cent.

    The k-th smallest of n futures stands for the quantile k / (n + 1), so that a further future lies inside
    with the stated probability.
    """
    low = (1 - band / 100) / 2
    both = np.quantile(path, (low, 1 - low), axis=0, method="weibull")
    return both[0], both[1]


def forecast(
    scenario: Scenario,
    *,
    weeks: int = 8,
    start: date | None = None,
    open_tickets: Records | TicketLog | None = None,
    variants: Sequence[Mapping[str, object]] | None = None,
    replications: int = 200,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Forecast:
    """Forecast the coming weeks of a hotline by simulating many futures.

    Parameters
    ----------
    scenario : Scenario
        Such as one fitted to records.
    weeks : int
        From 1 to 104.
    start : date, optional
        First day; that of the scenario if not given.
    open_tickets : Records or TicketLog, optional
        Tickets that have arrived and are not replied to at the start. They take the place of those that the
        run-in of the simulation leaves open. How long they still take is drawn from the simulated times to
        the reply, given their age, of the future itself where there are variants and else of the first; they
        do not slow the others down.
    variants : sequence of mapping, optional
        Changes of the scenario drawn from the law of its estimates; the replications take them in turn. None:
        the estimates count as exact.
    replications : int
        Futures, at least 2; 95 % bands want 200.
    seed : int
        Not negative.
    progress : callable, optional
        Called with the number of futures simulated, and that of all.

    Returns
    -------
    Forecast

    Raises
    ------
    TypeError, ValueError
        If an argument makes no sense.
    ScenarioError
        If the days do not fit the calendar of the scenario, or a variant is no scenario.
    RecordsError
        If the open tickets are to come from records without tickets, such as counts.
    """
    check_scenario(scenario)
    check_whole("weeks", weeks, least=1, most=MOST_WEEKS)
    check_whole("replications", replications, least=2)
    _check_given(start, variants)
    first = start or scenario.run.start
    end = first + timedelta(weeks=weeks)
    days = {"run.start": first, "run.end": end, "run.horizon": end}
    dated = changed(scenario, days)
    at = tick_of(first)
    log: TicketLog | None = getattr(open_tickets, "log", cast("TicketLog | None", open_tickets))
    if log is not None:
        check_log(log, "open_tickets")
        check_covers(log, at)
    waiting = None
    paths = {name: np.zeros((replications, 7 * weeks)) for name in QUANTITIES}
    engines: set[str] = set()
    for number in range(replications):
        own = changed(scenario, days | dict(variants[number % len(variants)])) if variants else dated
        future = simulate(own, seed=seed, replication=number)
        engines.add(future.meta.engine)
        if log is not None and (waiting is None or variants):
            # Another draw of the estimates is another law of the time that open tickets still take.
            waiting = OpenTickets.of(log, at, future, 7 * weeks, own)
        for name, values in _series(future).items():
            paths[name][number] = values
        if waiting is not None:
            paths["backlog"][number] = _backlog_of_new(future) + waiting.still_open(seed, number)
        if progress is not None:
            progress(number + 1, replications)
    engine = "des" if "des" in engines else "core"  # the slower one if variants needed both
    return Forecast(dated, first, paths, seed, 0 if waiting is None else waiting.number, engine)


def _check_given(start: Any, variants: Any) -> None:
    if start is not None and (not isinstance(start, date) or isinstance(start, datetime)):
        raise TypeError(f"start: got {start!r}, must be a date such as datetime.date(2021, 3, 8)")
    is_list = isinstance(variants, Sequence) and not isinstance(variants, str)
    if not (variants is None or (is_list and all(isinstance(one, Mapping) for one in variants))):
        raise TypeError("variants: must be a list of mappings, key path to value")


def _series(log: TicketLog) -> dict[str, FloatArray]:
    """Every quantity by day of the window."""
    tickets, visits = log.tickets, log.visits
    start, days = log.meta.start, (log.meta.end - log.meta.start) // DAY
    live = np.array(log.meta.live, np.bool_)[tickets["source"][visits["ticket"]]]
    calls = (visits["stage"] == Stage.INTAKE) & live
    served = calls & (visits["start"] < NEVER) & (visits["end"] < NEVER)
    seconds = (visits["end"] - visits["start"])[served]
    hours = _count(visits["ready"][calls], start, days * 24, HOUR).reshape(days, 24)
    mean = float(seconds.mean()) if seconds.size else 0.0
    valid = tickets["outcome"] != TicketOutcome.INVALID
    made = tickets["outcome"] == TicketOutcome.TICKET
    by_day = hours.sum(axis=1)
    return {
        "requests": _count(tickets["arrival"][valid], start, days),
        "calls": by_day,
        "load": by_day * mean / DAY,
        "peak_load": hours.max(axis=1, initial=0.0) * mean / HOUR,
        "tickets": _count(tickets["recorded"][made], start, days),
        "backlog": backlog_by_day(log)[1].astype(np.float64),
    }


def _backlog_of_new(log: TicketLog) -> FloatArray:
    """Open tickets at the end of each day, of those alone that arrived in the window."""
    tickets, meta = log.tickets, log.meta
    new = (tickets["outcome"] == TicketOutcome.TICKET) & (tickets["arrival"] >= meta.start)
    ends = np.arange(meta.start, meta.end, DAY, dtype=np.int64) + DAY
    made = np.searchsorted(np.sort(tickets["recorded"][new]), ends, side="right")
    return np.asarray(
        made - np.searchsorted(np.sort(tickets["replied"][new]), ends, side="right"), np.float64
    )


def _count(ticks: Any, start: int, pieces: int, length: int = DAY) -> FloatArray:
    """Number of instants in each piece of time from the start."""
    at = (ticks - start) // length
    inside = at[(at >= 0) & (at < pieces)]
    return np.bincount(inside, minlength=pieces).astype(np.float64)


def first_day(log: TicketLog) -> date:
    """Day after the last that a log covers: where a forecast from it begins."""
    return datetime_of(log.meta.end).date()
