"""The verb: replications of one scenario, as many as asked for or as a precision needs, with intervals.

Who runs them is the subject of ``study.py``, when to stop that of ``stopping.py``, the files of a result that
of ``study_files.py``.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.arguments import check_whole
from hotline_sim.errors import PrecisionWarning
from hotline_sim.experiment.kept import kept
from hotline_sim.experiment.stopping import Precision, StoppingRule
from hotline_sim.experiment.study import (
    check_kpis,
    check_study,
    columns_of,
    frame_of,
    ran,
    wide,
    without_parts,
)
from hotline_sim.scenario.given import check_scenario
from hotline_sim.statistics.intervals import (
    Interval,
    bootstrap_limits,
    mean_interval,
    quantile_interval,
    ratio_interval,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    import pandas as pd

    from hotline_sim.arrays import FloatArray
    from hotline_sim.engines.simulate import EngineName
    from hotline_sim.experiment.study import Progress, Ran
    from hotline_sim.scenario.schema import Scenario

REPLICATIONS: Final = 20
"""Replications if nobody says how many: enough for a bootstrap, and for one odd one not to decide."""

MOST: Final = 1000
"""Replications at which the search for a precision ends if nobody says where."""

SHOWN: Final = (
    "answer_rate",
    "service_level_15s",
    "mean_speed_of_answer",
    "response_time_mean",
    "response_time_p90",
    "reply_rate_within_deadline",
)
"""Key figures that are drawn, and whose precision counts, if none is named."""


@dataclass(frozen=True, eq=False)
class Replications:
    """What independent replications of one scenario found.

    Parameters
    ----------
    scenario : Scenario
        What was simulated.
    seed : int
        Replications 0, 1, 2 and so on of this seed.
    engine : str
        The engine that ran.
    frame : DataFrame
        One row for each replication and key figure; columns scenario, replication, kpi, value, numerator,
        denominator, unit.
    rule : StoppingRule or None
        What decided on the number of replications.
    is_met : bool
        Whether the rule was met; False without one.
    """

    scenario: Scenario
    seed: int
    engine: str
    frame: pd.DataFrame
    rule: StoppingRule | None = None
    is_met: bool = False

    @cached_property
    def count(self) -> int:
        """Number of replications."""
        return int(self.frame["replication"].max()) + 1

    @cached_property
    def columns(self) -> dict[str, FloatArray]:
        """Values of each key figure by replication; NaN where one has no value."""
        return columns_of(self.frame)

    def table(self, *kpis: str) -> pd.DataFrame:
        """One row for each replication, one column for each key figure: those named, or all.

        Raises
        ------
        ValueError
            If a name is none.
        """
        check_kpis(kpis, list(self.columns))
        return wide(self.frame, kpis or list(self.columns))

    def summary(self, *kpis: str, confidence: float = 0.95) -> pd.DataFrame:
        """Mean of each key figure over replications, with its intervals.

        Parameters
        ----------
        *kpis : str
            Names; if none is given, all key figures without those of parts of the tickets.
        confidence : float
            In (0, 1).

        Returns
        -------
        DataFrame
            Columns: kpi, unit, replications (with a value), mean, low, high (Student's t), deviation,
            bootstrap_low, bootstrap_high (of the same mean), and for key figures that are ratios pooled,
            pooled_low, pooled_high: the ratio of the sums over all replications, where every call or ticket
            counts alike, not every replication. NaN where there is none.

        Raises
        ------
        ValueError
            If a name is none, or the confidence is not in (0, 1).
        """
        import pandas as pd

        names = list(kpis) or without_parts(list(self.columns))
        check_kpis(names, list(self.columns))
        by_kpi = {str(kpi): rows for kpi, rows in self.frame.groupby("kpi", sort=False)}
        limits = _bootstrap({name: self.columns[name] for name in names}, confidence)
        found = []
        for name in names:
            rows, values = by_kpi[name], self.columns[name]
            mean = mean_interval(values, confidence)
            pooled = ratio_interval(rows["numerator"], rows["denominator"], confidence)
            found.append(
                {
                    "kpi": name,
                    "unit": rows["unit"].iloc[0],
                    "replications": mean.count,
                    "mean": mean.estimate,
                    "low": mean.low,
                    "high": mean.high,
                    "deviation": np.nanstd(values, ddof=1) if mean.count > 1 else np.nan,
                    "bootstrap_low": limits[name][0],
                    "bootstrap_high": limits[name][1],
                    "pooled": pooled.estimate,
                    "pooled_low": pooled.low,
                    "pooled_high": pooled.high,
                }
            )
        return pd.DataFrame(found)

    def quantile(self, kpi: str, probability: float, confidence: float = 0.95) -> Interval:
        """Quantile of a key figure from replication to replication: how bad one year in ten is, say.

        Parameters
        ----------
        kpi : str
            Name of the key figure.
        probability : float
            In (0, 1).
        confidence : float
            Of the interval; see :func:`hotline_sim.statistics.intervals.quantile_interval`.

        Raises
        ------
        ValueError
            If the name is none, or a number is not in (0, 1).
        """
        check_kpis([kpi], list(self.columns))
        return quantile_interval(self.columns[kpi], probability, confidence)


def replicate(
    scenario: Scenario,
    replications: int = REPLICATIONS,
    *,
    seed: int = 1,
    precision: float | str | StoppingRule | None = None,
    kpis: Sequence[str] = (),
    max_replications: int = MOST,
    engine: EngineName = "auto",
    executor: Executor | str | None = None,
    workers: int | None = None,
    keep: str | Path | None = None,
    progress: Progress | None = None,
) -> Replications:
    """Simulate replications 0, 1, 2 and so on of a scenario.

    Parameters
    ----------
    scenario : Scenario
        From :func:`hotline_sim.load`.
    replications : int
        How many; with a precision, the fewest.
    seed : int
        Not negative.
    precision : float, str or StoppingRule, optional
        Go on until the half-width of the 95 % interval is this share of the mean, for every one of ``kpis``,
        and stays so for a few replications: 0.02 or ``"2%"``; or a rule of
        :mod:`hotline_sim.experiment.stopping`.
    kpis : sequence of str
        Key figures whose precision counts; ``SHOWN`` if none is named. Checked after the first replication.
    max_replications : int
        Where the search for a precision ends.
    engine : {"auto", "des", "core"}
        As for :func:`hotline_sim.simulate`. The core keeps no logs; its quantiles are within 0.5 %.
    executor : Executor, "threads", "processes" or None
        Who does the work: anything with the interface of :mod:`concurrent.futures`; default threads.
    workers : int, optional
        Number of threads or processes; all processors if not given.
    keep : path, optional
        Folder in which replications are kept as they are done: the same call goes on there where it was
        interrupted, whatever the number of replications. It can be deleted when the result is there.
    progress : callable, optional
        Called with the number of replications done and of all that may be.

    Returns
    -------
    Replications
        The same whoever does the work, and however many at a time.

    Raises
    ------
    TypeError, ValueError
        If an argument makes no sense.
    HotlineError
        If a replication cannot be done.

    Warns
    -----
    PrecisionWarning
        If the precision was not reached.

    Examples
    --------
    >>> import hotline_sim as hs
    >>> result = hs.replicate(hs.load("small-town"), 3)
    >>> result.summary("reply_rate")[["replications", "mean", "low", "high"]].to_dict("list")
    {'replications': [3], 'mean': [1.0], 'low': [1.0], 'high': [1.0]}
    """
    rule = rule_of(precision, kpis)
    check_scenario(scenario)
    check_whole("replications", replications, least=1)
    most = replications if rule is None else max_replications
    check_whole("max_replications", most)
    if most < replications:
        raise ValueError(
            f"max_replications: got {most}, must be at least the number of replications, {replications}"
        )
    runs: list[Ran] = []
    values: dict[str, list[float]] = {}
    is_met = False
    if progress is not None:
        progress(0, most)
    how: Any = {"seed": seed, "engine": engine}
    check_study([scenario], most, **how)
    with kept(keep, [scenario], **how) as done:
        for run in ran([scenario], most, **how, executor=executor, workers=workers, kept=done):
            runs.append(run)
            for name, kpi in run.kpis[0].items():
                values.setdefault(name, []).append(np.nan if kpi.value is None else kpi.value)
            if progress is not None:
                progress(len(runs), most)
            if len(runs) == 1:
                check_kpis(kpis, list(values))
            if rule is not None:
                is_met = len(runs) >= replications and rule.is_met(_arrays(rule, values))
                if is_met:
                    break
    engines = {run.engine for run in runs}
    found = Replications(
        scenario, seed, "des" if "des" in engines else "core", frame_of([scenario.name], runs), rule, is_met
    )
    if isinstance(rule, Precision) and not is_met:
        warnings.warn(_not_reached(rule, found), PrecisionWarning, stacklevel=2)
    return found


def rule_of(precision: float | str | StoppingRule | None, kpis: Sequence[str] = ()) -> StoppingRule | None:
    """Stopping rule from what a person states: 0.02, ``"2%"``, ``"2 %"``, or a rule.

    Raises
    ------
    ValueError
        If it is none of these.

    Examples
    --------
    >>> rule_of("2%", ["answer_rate"])
    Precision(kpis=('answer_rate',), relative=0.02, confidence=0.95, least=3, look_ahead=5)
    """
    if isinstance(kpis, str):
        raise ValueError(f"kpis: got {kpis!r}, must be a list of names")
    if precision is None or isinstance(precision, StoppingRule):
        return precision
    match = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*(%?)\s*", str(precision))
    if match is None:
        raise ValueError(f"precision: got {precision!r}, must be a share such as 0.02 or 2%")
    relative = float(match[1]) / (100 if match[2] else 1)
    return Precision(tuple(kpis) or SHOWN, relative)


def _arrays(rule: StoppingRule, values: dict[str, list[float]]) -> dict[str, FloatArray]:
    names = rule.kpis if isinstance(rule, Precision) else values
    return {name: np.array(values[name]) for name in names}


def _not_reached(rule: Precision, found: Replications) -> str:
    errors = rule.reached(found.columns)
    wide_ones = [f"{kpi} {100 * errors[kpi]:.2g} %" for kpi in rule.kpis if not errors[kpi] <= rule.relative]
    still = f"half-width over mean: {', '.join(wide_ones)}" if wide_ones else "it did not last"
    return f"precision of {100 * rule.relative:g} % not reached in {found.count} replications; {still}"


def _bootstrap(columns: dict[str, FloatArray], confidence: float) -> dict[str, tuple[float, float]]:
    """Limits of the mean of each column without its NaN; columns of one length are drawn together."""
    known = {name: values[~np.isnan(values)] for name, values in columns.items()}
    found: dict[str, tuple[float, float]] = {}
    for size in {values.size for values in known.values()}:
        names = [name for name, values in known.items() if values.size == size]
        low, high = bootstrap_limits(
            np.mean,
            np.array([known[name] for name in names]).reshape(len(names), size),
            confidence=confidence,
        )
        found |= {name: (float(low[place]), float(high[place])) for place, name in enumerate(names)}
    return found
