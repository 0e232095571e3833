"""The verb: does a scenario fit records? Simulated many times over their days, and compared with them.

What is looked at is decided in ``goodness_seen.py``, the verdict in ``goodness_bands.py``; distances are in
``goodness_distances.py``, tables in ``goodness_tables.py``, curves in ``goodness_curves.py``, files in
``goodness_files.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hotline_sim.arguments import check_whole
from hotline_sim.clock.days import CHINA_LAST
from hotline_sim.clock.ticks import DAY, NEVER, datetime_of, tick_of
from hotline_sim.errors import RecordsError
from hotline_sim.experiment import goodness_curves as curves
from hotline_sim.experiment import goodness_tables as tables
from hotline_sim.experiment.goodness_bands import LEAST_REPLICATIONS, Verdict, judge
from hotline_sim.experiment.goodness_runs import seen_in_runs
from hotline_sim.experiment.goodness_seen import LeftOut, Plan, Seen, plan_of, seen_in
from hotline_sim.results.log import TicketLog, check_log
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.scenario.given import check_scenario
from hotline_sim.scenario.schema import Scenario
from hotline_sim.scenario.vary import changed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    import pandas as pd

    from hotline_sim.arrays import FloatArray
    from hotline_sim.records.read import Records

REPLICATIONS = 100
"""Replications if nobody says how many."""


@dataclass(frozen=True, eq=False)
class Goodness:
    """Records among many simulations of the same days.

    Parameters
    ----------
    scenario : Scenario
        What was simulated, with the days of the records.
    records : str
        Name of the records: of their profile, or of the scenario of a log.
    start, end : date
        First day, and day after the last.
    plan : Plan
        What is compared.
    seen : Seen
        What the records hold of it.
    runs : tuple of Seen
        What each replication holds.
    left_out : tuple of LeftOut
        Key figures that are not compared, with the reason.
    seed : int
        Of the draws.
    """

    scenario: Scenario
    records: str
    start: date
    end: date
    plan: Plan
    seen: Seen
    runs: tuple[Seen, ...]
    left_out: tuple[LeftOut, ...]
    seed: int

    def __repr__(self) -> str:
        found = self.verdict
        return (
            f"<Goodness of {self.scenario.name!r} for {self.records!r}, {self.start} to {self.end}: "
            f"{found.missed} of {found.bands} bands missed, {'fits' if found.passes else 'does not fit'}>"
        )

    @property
    def replications(self) -> int:
        """Number of replications."""
        return len(self.runs)

    @property
    def engine(self) -> str:
        """The engine that ran: the SimPy model, ``"des"``, if any replication needed it."""
        return "des" if any(run.engine == "des" for run in self.runs) else "core"

    @property
    def passes(self) -> bool:
        """Whether the records could be one more replication of the scenario; see :attr:`verdict`."""
        return self.verdict.passes

    @cached_property
    def compared(self) -> tables.Compared:
        """Every number that counts for the verdict: observed and simulated, by name."""
        return tables.compared(self.plan, self.seen, self.runs)

    @cached_property
    def verdict(self) -> Verdict:
        """By how much the 95 % bands are missed, and whether chance allows it.

        Each row of numbers, that of the records and that of each replication, is set against the bands of all
        the others, and how far it lies beyond them is added up over all numbers, in standard deviations. The
        scenario is refused if 5 % of the rows or fewer lie as far beyond as the records. If it is right, the
        rows are alike, so that it is refused with a probability of 5 % at most.
        """
        return judge(self.compared.rows, self.compared.one_sided, self.compared.least)

    @cached_property
    def bands(self) -> pd.DataFrame:
        """A row for each number that counts for the verdict.

        Columns kind (``"kpi"``, ``"quantile"`` or ``"distance"``), name, unit, observed, mean, low_80,
        high_80, inside_80, low_95, high_95, inside_95, beyond. Quantiles are named ``wait_p90``; they are
        infinite among open requests. A distance is that of the records to all replications together; its
        band, from 0, is what a replication keeps to all the others. ``beyond``: how far outside the 95 %
        band, in standard deviations of the replications.
        """
        return tables.bands(self.compared)

    @property
    def replicated(self) -> FloatArray:
        """Numbers of the table of bands in each replication, shape (replications, numbers)."""
        return tables.shown(self.compared.rows[1:])

    @property
    def statistics(self) -> pd.DataFrame:
        """Bands of the key figures."""
        return self._of("kpi")

    @property
    def quantiles(self) -> pd.DataFrame:
        """Bands of quantiles of waits and talk (s) and of response times (h)."""
        return self._of("quantile")

    @property
    def distances(self) -> pd.DataFrame:
        """Distances with the limits that 80 % and 95 % of the replications keep to the others."""
        return self._of("distance")

    @cached_property
    def hours(self) -> pd.DataFrame:
        """Arrivals by hour of the day, mean of the days: series, hour, observed, mean, bands."""
        return tables.hours(self.plan, self.seen, self.runs)

    @cached_property
    def days(self) -> pd.DataFrame:
        """Arrivals by day: series, date, observed, mean, bands."""
        return tables.days(self.plan, self.seen, self.runs, self.start)

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """Share of days and of hours that the bands hold: series, by, band, number, inside."""
        return tables.coverage(self.days, self.hours)

    @cached_property
    def abandonment(self) -> pd.DataFrame:
        """Share that gave up within each class of waits, of the calls still waiting at its beginning."""
        return tables.abandonment(self.plan, self.seen, self.runs)

    def distribution(self, sample: str) -> pd.DataFrame:
        """Distribution function of a sample: value, observed, mean, bands; shares that do not exceed a value.

        Parameters
        ----------
        sample : {"wait", "talk", "response"}
            Seconds, seconds, hours.

        Raises
        ------
        KeyError
            If the sample is not compared.
        """
        return curves.distribution(self.seen.samples[sample], [run.samples[sample] for run in self.runs])

    def quantile_pairs(self, sample: str) -> pd.DataFrame:
        """Quantiles of 1 to 99 % of a sample: percent, observed, mean, bands; for a QQ figure."""
        return curves.quantile_pairs(self.seen.samples[sample], [run.samples[sample] for run in self.runs])

    @property
    def off(self) -> list[str]:
        """Names of the numbers that their 95 % band does not hold, the farthest first."""
        return tables.off(self.bands)

    def _of(self, kind: str) -> pd.DataFrame:
        rows = self.bands
        return rows[rows["kind"] == kind].drop(columns="kind").reset_index(drop=True)

    def save(
        self, directory: str | Path, *, lang: str = "en", force: bool = False, figures: bool = True
    ) -> Path:
        """Write tables, manifest and figures to a directory, which appears whole or not at all.

        Raises
        ------
        ResultError
            If the directory exists and may not be replaced, or cannot be written.
        """
        from hotline_sim.experiment.goodness_files import save_goodness

        return save_goodness(self, directory, lang=lang, force=force, figures=figures)


def goodness(
    scenario: Scenario,
    records: Records | TicketLog,
    *,
    start: date | None = None,
    end: date | None = None,
    replications: int = REPLICATIONS,
    variants: Sequence[Scenario | Mapping[str, object]] | None = None,
    seed: int = 1,
    executor: Executor | str | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Goodness:
    """Compare records with many simulations of the same days.

    Parameters
    ----------
    scenario : Scenario
        Its days are replaced by those of the records; where tickets are open at the end of the records, its
        horizon too.
    records : Records or TicketLog
        What happened.
    start, end : date, optional
        First day, and day after the last; by default all days of the records.
    replications : int
        At least 39; fewer have no 95 % band.
    variants : sequence of Scenario or mapping, optional
        Scenarios as uncertain as the estimates are, or changes of the scenario such as ``fit.changes(100)``;
        at best one for each replication, which take them in turn. None: the scenario counts as exact, and
        bands hold chance alone.
    seed : int
        Not negative.
    executor : Executor, "threads", "processes" or None
        Who does the work; default threads.
    workers : int, optional
        Number of threads or processes; all processors if not given.
    progress : callable, optional
        Called with the number of replications done, and of all.

    Returns
    -------
    Goodness
        The same whoever does the work.

    Raises
    ------
    TypeError, ValueError
        If an argument makes no sense.
    RecordsError
        If the days hold no records, or the records are counts.
    ScenarioError
        If the days do not fit the calendar of the scenario.
    """
    check_scenario(scenario)
    check_whole("replications", replications, least=LEAST_REPLICATIONS)
    check_whole("seed", seed)
    log = _log_of(records)
    first, last = _period(log, start, end)
    window = tick_of(first), tick_of(last)
    horizon = _horizon(scenario, log, window)
    dates: dict[str, object] = {"run.start": first, "run.end": last, "run.horizon": horizon}
    dated = changed(scenario, dates)
    plan, left_out = plan_of(log, window)
    seen = seen_in(log, plan)
    if not any(counts.any() for counts in seen.series.values()):
        raise RecordsError(f"period: {first} to {last} holds no calls and no requests that can be compared")
    scenarios = [_variant(dated, one, dates) for one in variants] if variants else [dated]
    runs = []
    if progress is not None:
        progress(0, replications)
    for run in seen_in_runs(scenarios, plan, replications, seed=seed, executor=executor, workers=workers):
        runs.append(run)
        if progress is not None:
            progress(len(runs), replications)
    plan, seen, runs, without = tables.with_values(plan, seen, runs)
    return Goodness(
        scenario=dated,
        records=log.meta.scenario,
        start=first,
        end=last,
        plan=plan,
        seen=seen,
        runs=tuple(runs),
        left_out=(*left_out, *without),
        seed=seed,
    )


def _variant(dated: Scenario, one: Scenario | Mapping[str, object], dates: dict[str, object]) -> Scenario:
    return changed(one, dates) if isinstance(one, Scenario) else changed(dated, dict(one))


def _log_of(records: Any) -> TicketLog:
    if isinstance(records, TicketLog):
        return records
    log = getattr(records, "log", records)
    check_log(log, "records")
    if records.profile.kind == "counts":
        raise RecordsError(
            f"the profile {records.profile.name} gives counts per interval: "
            "records of single calls or requests are needed"
        )
    assert isinstance(log, TicketLog)
    return log


def _period(log: TicketLog, start: date | None, end: date | None) -> tuple[date, date]:
    """Days that are asked for, within those that the log covers."""
    for name, day in (("start", start), ("end", end)):
        if day is not None and (not isinstance(day, date) or isinstance(day, datetime)):
            raise TypeError(f"{name}: got {day!r}, must be a date such as datetime.date(2021, 3, 8)")
    meta = log.meta
    whole = datetime_of(meta.start).date(), datetime_of(-(-meta.end // DAY) * DAY).date()
    first, last = start or whole[0], end or whole[1]
    if first >= last:
        raise RecordsError(f"period: got {first} to {last}, must end after it starts")
    if first < whole[0] or last > whole[1]:
        raise RecordsError(
            f"period: got {first} to {last}; the records run from {whole[0]} to {whole[1]} (exclusive)"
        )
    return first, last


def _horizon(scenario: Scenario, log: TicketLog, window: tuple[int, int]) -> date | None:
    """Day on which the simulations are cut off as the records are; None if the records leave nothing open."""
    tickets = log.tickets
    arrived = (tickets["arrival"] >= window[0]) & (tickets["arrival"] < window[1])
    made = (tickets["outcome"] == TicketOutcome.TICKET) & (tickets["replied"] >= NEVER)
    still = made | (tickets["outcome"] == TicketOutcome.OPEN)
    if not bool((arrived & still).any()):
        return None
    cut = datetime_of(-(-max(log.meta.horizon, window[1]) // DAY) * DAY).date()
    return min(cut, CHINA_LAST) if scenario.calendar.base == "china" else cut
