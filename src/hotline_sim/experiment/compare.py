"""The verb: scenarios side by side under common random numbers, differences pair by pair.

Who runs them is the subject of ``study.py``; the statistics are those of
:mod:`hotline_sim.statistics.paired`, the files of a result those of ``study_files.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.arguments import check_whole
from hotline_sim.experiment.demand import demand_digest
from hotline_sim.experiment.kept import kept
from hotline_sim.experiment.replicate import REPLICATIONS
from hotline_sim.experiment.study import check_kpis, check_study, columns_of, frame_of, ran, without_parts
from hotline_sim.network.build import build
from hotline_sim.scenario.given import check_scenario
from hotline_sim.statistics.intervals import bootstrap_limits
from hotline_sim.statistics.paired import BestMethod, compare_with_best, paired_difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    import pandas as pd

    from hotline_sim.arrays import FloatArray
    from hotline_sim.engines.simulate import EngineName
    from hotline_sim.experiment.study import Progress, Ran
    from hotline_sim.scenario.schema import Scenario

HIGHER_IS_BETTER: Final = frozenset(
    {
        "direct_answer_rate",
        "first_contact_resolution_rate",
        "reply_rate",
        "reply_rate_within_deadline",
        "reply_rate_within_deadline_tickets",
        "urgent_reply_rate_within_1h",
        "answer_rate",
        "service_level_15s",
        "service_level_15s_of_answered",
        "service_level_30s",
        "signed_on_time_rate",
        "on_time_closure_rate",
        "callback_reached_rate",
        "solved_rate",
        "satisfaction_rate",
        "solved_rate_true",
        "satisfaction_rate_true",
        "first_time_closure_rate",
    }
)
"""Key figures of which a city wants more."""

LOWER_IS_BETTER: Final = frozenset(
    {
        "requests_abandoned",
        "requests_pending",
        "tickets_open_at_horizon",
        "response_time_mean",
        "response_time_p50",
        "response_time_p90",
        "response_time_p95",
        "response_time_p99",
        "handling_time_mean",
        "redials",
        "abandonment_rate",
        "mean_speed_of_answer",
        "return_rate",
        "backlog_start",
        "backlog_end",
        "backlog_max",
        "dissatisfaction_rate",
        "reopened_rate",
    }
)
"""Key figures of which a city wants less. Of volumes and loads, neither much nor little is good."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What paired replications of two or more scenarios found.

    Parameters
    ----------
    scenarios : dict of str to Scenario
        By the name under which they are compared; the first is the one that the others are held against.
    seed : int
        Replications 0, 1, 2 and so on of this seed, the same for all.
    engine : str
        The engine that ran.
    frame : DataFrame
        One row for each scenario, replication and key figure; columns scenario, replication, kpi, value,
        numerator, denominator, unit.
    same_citizens : dict of str to bool
        For each scenario but the first: whether it has the same citizens, or only the same random numbers
        behind a demand that is another.
    """

    scenarios: dict[str, Scenario]
    seed: int
    engine: str
    frame: pd.DataFrame
    same_citizens: dict[str, bool]

    @cached_property
    def count(self) -> int:
        """Number of replications of each scenario."""
        return int(self.frame["replication"].max()) + 1

    @cached_property
    def columns(self) -> dict[str, dict[str, FloatArray]]:
        """Values by replication, by scenario and key figure, of the key figures that all scenarios have."""
        shared, _ = _shared(self._all)
        return {name: {kpi: columns[kpi] for kpi in shared} for name, columns in self._all.items()}

    @cached_property
    def left_out(self) -> list[str]:
        """Key figures that some scenarios have and others do not, without those of parts of the tickets."""
        return without_parts(list(_shared(self._all)[1]))

    @cached_property
    def _all(self) -> dict[str, dict[str, FloatArray]]:
        return {str(name): columns_of(rows) for name, rows in self.frame.groupby("scenario", sort=False)}

    def _check(self, kpis: Sequence[str]) -> None:
        check_kpis(kpis, *_shared(self._all))

    @cached_property
    def kpis(self) -> list[str]:
        """Key figures that all scenarios have."""
        return list(self.columns[next(iter(self.columns))])

    def table(self, *kpis: str) -> pd.DataFrame:
        """One row for each replication, a column for each key figure and scenario.

        Raises
        ------
        ValueError
            If a name is none.
        """
        import pandas as pd

        self._check(kpis)
        found = {(kpi, name): self.columns[name][kpi] for kpi in kpis or self.kpis for name in self.scenarios}
        return pd.DataFrame(found).rename_axis("replication").rename_axis(columns=("kpi", "scenario"))

    def summary(self, *kpis: str, confidence: float = 0.95) -> pd.DataFrame:
        """Every scenario against the first: means, and the difference with its paired intervals.

        Parameters
        ----------
        *kpis : str
            Names; if none is given, all key figures without those of parts of the tickets.
        confidence : float
            In (0, 1), of each interval by itself.

        Returns
        -------
        DataFrame
            Columns: kpi, unit, base, scenario, pairs, base_mean, mean, difference (scenario minus base), low,
            high (Student's t), bootstrap_low, bootstrap_high, correlation, variance_reduction (see
            :class:`~hotline_sim.statistics.paired.Paired`), differs (the t interval leaves 0 out).

        Raises
        ------
        ValueError
            If a name is none, or the confidence is not in (0, 1).
        """
        import pandas as pd

        names = list(kpis) or without_parts(self.kpis)
        self._check(names)
        units = dict(zip(self.frame["kpi"], self.frame["unit"], strict=True))
        base, *others = self.scenarios
        rows = []
        for kpi in names:
            for other in others:
                a, b = self.columns[base][kpi], self.columns[other][kpi]
                known = ~(np.isnan(a) | np.isnan(b))
                a, b = a[known], b[known]
                found = paired_difference(a, b, confidence)
                limits = bootstrap_limits(np.mean, b - a, confidence=confidence)
                rows.append(
                    {
                        "kpi": kpi,
                        "unit": units[kpi],
                        "base": base,
                        "scenario": other,
                        "pairs": found.difference.count,
                        "base_mean": a.mean() if a.size else np.nan,
                        "mean": b.mean() if b.size else np.nan,
                        "difference": found.difference.estimate,
                        "low": found.difference.low,
                        "high": found.difference.high,
                        "bootstrap_low": float(limits[0]),
                        "bootstrap_high": float(limits[1]),
                        "correlation": found.correlation,
                        "variance_reduction": found.variance_reduction,
                        "differs": found.difference.low > 0 or found.difference.high < 0,
                    }
                )
        return pd.DataFrame(rows)

    def best(self, *kpis: str, confidence: float = 0.95, method: BestMethod = "pairs") -> pd.DataFrame:
        """Each scenario against the best of the others, all limits of a key figure at once.

        Parameters
        ----------
        *kpis : str
            Names; if none is given, all key figures of which more or less is better, without those of parts.
        confidence : float
            In (0, 1), of all statements about one key figure together.
        method : {"pairs", "pooled"}
            See :func:`hotline_sim.statistics.paired.compare_with_best`.

        Returns
        -------
        DataFrame
            Columns: kpi, unit, better (``"higher"`` or ``"lower"``), scenario, pairs, mean, difference (from
            the best other), low, high, may_be_best.

        Raises
        ------
        ValueError
            If a name is none, or of a key figure of which neither more nor less is better, or there are
            fewer than two replications.
        """
        import pandas as pd

        self._check(kpis)
        names = list(kpis) or [kpi for kpi in without_parts(self.kpis) if direction(kpi)]
        units = dict(zip(self.frame["kpi"], self.frame["unit"], strict=True))
        rows = []
        for kpi in names:
            better = direction(kpi)
            if better is None:
                raise ValueError(f"kpis: of {kpi}, neither more nor less is better")
            values = np.column_stack([self.columns[name][kpi] for name in self.scenarios])
            values = values[~np.isnan(values).any(axis=1)]
            if len(values) < 2 and not kpis:
                continue
            found = compare_with_best(values, higher=better == "higher", confidence=confidence, method=method)
            for place, name in enumerate(self.scenarios):
                rows.append(
                    {
                        "kpi": kpi,
                        "unit": units[kpi],
                        "better": better,
                        "scenario": name,
                        "pairs": len(values),
                        "mean": values[:, place].mean(),
                        "difference": found.difference[place],
                        "low": found.low[place],
                        "high": found.high[place],
                        "may_be_best": bool(found.may_be_best[place]),
                    }
                )
        return pd.DataFrame(rows)


def compare(
    *scenarios: Scenario,
    replications: int = REPLICATIONS,
    names: Sequence[str] | None = None,
    kpis: Sequence[str] = (),
    seed: int = 1,
    engine: EngineName = "auto",
    executor: Executor | str | None = None,
    workers: int | None = None,
    keep: str | Path | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Simulate the same replications of two or more scenarios, for paired differences.

    Scenarios with the same demand have the same citizens, who call at the same instant about the same thing
    with the same patience. Where demand differs, the same random numbers stand behind the citizens. Either
    way a difference is less a matter of luck than with independent runs; how much less is measured.

    Parameters
    ----------
    *scenarios : Scenario
        At least two; the first is the one that the others are held against.
    replications : int
        Of each, at least 2.
    names : sequence of str, optional
        What to call them; their own names if not given, with a number where these are equal.
    kpis : sequence of str
        Names that are looked for after the first replication, so that a wrong one is told early.
    seed, engine, executor, workers, keep, progress
        As for :func:`hotline_sim.replicate`.

    Returns
    -------
    Comparison
        The same whoever does the work.

    Raises
    ------
    TypeError, ValueError
        If an argument makes no sense.
    HotlineError
        If a replication cannot be done.

    Examples
    --------
    >>> import hotline_sim as hs
    >>> from hotline_sim.scenario.vary import changed
    >>> town = hs.load("small-town")
    >>> more = changed(town, {"units.works.staff": 5})
    >>> compared = hs.compare(town, more, replications=3, names=["now", "one more"])
    >>> found = compared.summary("response_time_mean")
    >>> found[["base", "scenario", "pairs"]].to_dict("list")
    {'base': ['now'], 'scenario': ['one more'], 'pairs': [3]}
    >>> bool(found["difference"][0] < 0)
    True
    """
    for scenario in scenarios:
        check_scenario(scenario)
    if len(scenarios) < 2:
        raise ValueError(f"scenarios: got {len(scenarios)}, must be at least two")
    check_whole("replications", replications, least=2)
    labels = distinct_names([scenario.name for scenario in scenarios] if names is None else names)
    if len(labels) != len(scenarios):
        raise ValueError(f"names: got {len(labels)}, must be {len(scenarios)}, one for each scenario")
    if progress is not None:
        progress(0, replications)
    runs: list[Ran] = []
    how: Any = {"seed": seed, "engine": engine}
    check_study(scenarios, replications, **how)
    with kept(keep, scenarios, **how) as done:
        for run in ran(scenarios, replications, **how, executor=executor, workers=workers, kept=done):
            runs.append(run)
            if len(runs) == 1:
                check_kpis(kpis, *_shared(dict(zip(labels, run.kpis, strict=True))))
            if progress is not None:
                progress(len(runs), replications)
    digests = [demand_digest(build(scenario)) for scenario in scenarios]
    engines = {run.engine for run in runs}
    return Comparison(
        dict(zip(labels, scenarios, strict=True)),
        seed,
        "des" if "des" in engines else "core",
        frame_of(labels, runs),
        {label: found == digests[0] for label, found in zip(labels[1:], digests[1:], strict=True)},
    )


def _shared(found: Mapping[str, Iterable[str]]) -> tuple[list[str], dict[str, str]]:
    """Key figures that all scenarios have; of the others, the scenarios without them."""
    by_name = {name: list(kpis) for name, kpis in found.items()}
    every = dict.fromkeys(kpi for kpis in by_name.values() for kpi in kpis)
    without = {kpi: ", ".join(name for name, kpis in by_name.items() if kpi not in kpis) for kpi in every}
    first = by_name[next(iter(by_name))]
    return [kpi for kpi in first if not without[kpi]], {kpi: them for kpi, them in without.items() if them}


def direction(kpi: str) -> str | None:
    """Whether ``"higher"`` or ``"lower"`` values of a key figure are better; None if neither."""
    base = kpi.partition(".")[0]
    return "higher" if base in HIGHER_IS_BETTER else "lower" if base in LOWER_IS_BETTER else None


def distinct_names(names: Sequence[str]) -> list[str]:
    """Names, with a number after those that were there before.

    Examples
    --------
    >>> distinct_names(["town", "town", "city", "town"])
    ['town', 'town-2', 'city', 'town-3']
    """
    found: list[str] = []
    for name in names:
        number, candidate = 1, name
        while candidate in found:
            number += 1
            candidate = f"{name}-{number}"
        found.append(candidate)
    return found
