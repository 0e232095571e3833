"""Which keys of a scenario matter: tornado, Morris screening and Sobol indices, each run as a sweep.

Samples and indices are those of SALib; ranges of keys and what stands there come from ``design.py`` and
``levels.py``. The figure is in :mod:`hotline_sim.plot.sensitivity`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

import numpy as np

from hotline_sim.arguments import check_choice, check_whole
from hotline_sim.errors import ResultError
from hotline_sim.experiment.design import Design, design_of_rows, ranges_of, values_at_places
from hotline_sim.experiment.levels import Levels, Range, Span
from hotline_sim.experiment.sweep import check_kpis, sweep
from hotline_sim.scenario.given import check_scenario
from hotline_sim.scenario.vary import changed, values_at
from hotline_sim.statistics.intervals import half_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    import pandas as pd

    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.experiment.sweep import Progress
    from hotline_sim.experiment.table import SweepResult
    from hotline_sim.scenario.schema import Scenario

Method: TypeAlias = Literal["tornado", "morris", "sobol"]
METHODS: Final[tuple[str, ...]] = get_args(Method)
SIZES: Final = {"tornado": 1, "morris": 10, "sobol": 64}
"""Trajectories of Morris, or base points of Sobol, if none are asked for."""
LEVELS: Final = 4
"""Levels of a key in Morris's design; with an even number, steps of two thirds visit all alike."""
RESAMPLES: Final = 1000
"""Bootstrap samples behind the intervals of indices."""

_MORRIS: Final = {"mu_star": "mu_star", "mu_star_half_width": "mu_star_conf", "mu": "mu", "sigma": "sigma"}
_SOBOL: Final = {
    "first_order": "S1",
    "first_order_half_width": "S1_conf",
    "total": "ST",
    "total_half_width": "ST_conf",
}
"""Our names of indices, and SALib's."""


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What a sensitivity analysis found.

    Parameters
    ----------
    method : {"tornado", "morris", "sobol"}
        Which.
    keys : tuple of str
        What was varied.
    ranges : tuple of (object, object)
        Lowest and highest value of each key.
    frame : DataFrame
        One row for each key figure and key, the most important key of each figure first. Columns: kpi, key,
        unit, low, high (values of the key), then for ``tornado`` base (mean of the key figure as the
        scenario is), at_low and at_high (mean change), at_low_half_width, at_high_half_width (paired t
        intervals, 95 %); for ``morris`` mu_star (mean absolute effect of going through two thirds of the
        range, scaled to all of it), mu_star_half_width, mu, sigma; for ``sobol`` first_order, total, and
        their half-widths. Half-widths of indices are bootstrap intervals at 95 %.
    result : SweepResult
        The sweep behind it.
    """

    method: Method
    keys: tuple[str, ...]
    ranges: tuple[tuple[object, object], ...]
    frame: pd.DataFrame
    result: SweepResult


@dataclass(frozen=True)
class Plan:
    """The points of a sensitivity analysis.

    Parameters
    ----------
    method : {"tornado", "morris", "sobol"}
        Which.
    places : float64 array, shape (rows, keys)
        In the unit cube; empty for a tornado.
    design : Design
        The distinct points.
    points : int64 array, shape (rows,)
        Point of each row. A tornado has the scenario as it is first, then each key low, then high.
    ranges : tuple of (object, object)
        Lowest and highest value of each key.
    """

    method: Method
    places: FloatArray
    design: Design
    points: IntArray
    ranges: tuple[tuple[object, object], ...]


def sensitivity(
    scenario: Scenario,
    *,
    vary: Mapping[str, object],
    method: Method = "tornado",
    size: int | None = None,
    replications: int = 3,
    seed: int = 1,
    kpis: Sequence[str],
    executor: Executor | str | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Find out which keys of a scenario move which key figures.

    Parameters
    ----------
    scenario : Scenario
        From :func:`hotline_sim.load`.
    vary : mapping of str to object
        Range of each key, such as ``"0.8..0.97"``, ``"x0.8..x1.2"`` or ``"180 s..650 s"``; or two values or
        more.
    method : {"tornado", "morris", "sobol"}
        Each key alone from end to end [1]_; elementary effects along trajectories, for a first screening of
        many keys [2]_; shares of the variance, with interactions [3]_.
    size : int, optional
        Trajectories of Morris (10), or base points of Sobol (64, a power of two). They make
        size × (keys + 1) and size × (keys + 2) points.
    replications : int
        Of every point, all under common random numbers; indices are those of the mean.
    seed : int
        Of the random numbers and of the sample.
    kpis : sequence of str
        Key figures to explain.
    executor, workers, out, progress
        As for :func:`hotline_sim.sweep`, which does the work and can be resumed.

    Returns
    -------
    Sensitivity

    Raises
    ------
    ScenarioError
        If a key leads nowhere, or some point makes a scenario that cannot be used.
    ValueError
        If an argument makes no sense, or a tornado cannot tell what stands at a key.
    ResultError
        If SALib is not installed, a run failed, or a key figure has no value at some point.

    References
    ----------
    .. [1] Howard, R. A. (1988). Decision analysis: practice and promise. Management Science 34, 679-695.
    .. [2] Morris, M. D. (1991). Factorial sampling plans for preliminary computational experiments.
       Technometrics 33, 161-174; mu_star: Campolongo, F. et al. (2007), Environ. Model. Softw. 22, 1509-1518.
    .. [3] Saltelli, A. et al. (2010). Variance based sensitivity analysis of model output. Computer Physics
       Communications 181, 259-270.

    Examples
    --------
    >>> import hotline_sim as hs
    >>> found = sensitivity(
    ...     hs.load("small-town"),
    ...     vary={"demand.requests_per_year": "x0.5..x1.5", "teams.operators.agents": "x1..x2"},
    ...     kpis=["answer_rate"],
    ...     replications=1,
    ... )
    >>> found.frame["key"].tolist()[0] in found.keys
    True
    """
    check_scenario(scenario)
    check_whole("replications", replications, least=1)
    check_whole("seed", seed)
    if not kpis:
        raise ValueError("kpis: at least one key figure is needed")
    check_kpis(kpis)
    plan = make_plan(scenario, vary, method=method, size=size, seed=seed)
    for point in plan.design.points:
        changed(scenario, plan.design.changes(point))  # refused before any work: indices need every point
    result = sweep(
        scenario,
        vary=plan.design,
        replications=replications,
        seed=seed,
        kpis=kpis,
        executor=executor,
        workers=workers,
        out=out,
        progress=progress,
    )
    if result.failures:
        first = result.failures[0]
        values = plan.design.changes(plan.design.points[first.point])
        raise ResultError(
            f"{len(result.failures)} runs failed, at point {values} for example: {first.message}"
        )
    return analyse(plan, result, kpis, seed=seed)


def make_plan(
    scenario: Scenario, vary: Mapping[str, object], *, method: Method, size: int | None = None, seed: int = 1
) -> Plan:
    """Points of a sensitivity analysis; for parameters and errors see :func:`sensitivity`."""
    check_choice("method", method, METHODS)
    size = SIZES[method] if size is None else size
    check_whole("size", size, least=2 if method == "morris" else 1)
    if method == "sobol" and size & (size - 1):
        raise ValueError(f"size: got {size}, must be a power of two for Sobol indices")
    ranges, whole = ranges_of(scenario, vary)
    ends = tuple(_ends(key, values, whole=whole[key]) for key, values in ranges.items())
    keys = tuple(ranges)
    if method == "tornado":
        base = tuple(_stands_at(scenario, key, ranges[key]) for key in keys)
        rows = [base]
        for place in range(len(keys)):
            rows += [(*base[:place], end, *base[place + 1 :]) for end in ends[place]]
        places = np.empty((0, len(keys)))
    else:
        places = _sampled(method, keys, size, seed)
        rows = values_at_places(ranges, whole, places)
    design, points = design_of_rows(method, keys, rows)
    return Plan(method, places, design, points, ends)


def _ends(key: str, values: Range, *, whole: bool) -> tuple[object, object]:
    if isinstance(values, Levels):
        if len(values.values) < 2:
            raise ValueError(f"{key}: got one value, a range needs two")
        return values.values[0], values.values[-1]
    if values.steps is not None:
        raise ValueError(f"{key}: steps are for a grid; leave :{values.steps} out")
    low, high = values.spread(np.array([0.0, 1.0]), whole=whole)
    if low == high:
        raise ValueError(f"{key}: got {low}..{high}, the ends must differ")
    return low, high


def _stands_at(scenario: Scenario, key: str, values: Range) -> object:
    """Value of a key that leaves the scenario as it is."""
    if isinstance(values, Span) and values.form.startswith("x"):
        return "x1"
    if isinstance(values, Levels) and all(
        isinstance(value, str) and value.startswith("x") for value in values.values
    ):
        return "x1"
    found = values_at(scenario, key)
    if any(value != found[0] for value in found):
        raise ValueError(f"{key}: leads to different values; give factors, such as x0.8..x1.2")
    if found[0] is None:
        raise ValueError(f"{key}: the scenario states no value; state it there to compare with it")
    return found[0]


def _problem(keys: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(keys), "names": list(keys), "bounds": [[0.0, 1.0]] * len(keys)}


def _salib(module: str) -> Any:
    try:
        return import_module(f"SALib.{module}")
    except ImportError:
        raise ResultError('Morris and Sobol need: pip install "hotline-sim[sensitivity]"') from None


def _sampled(method: Method, keys: tuple[str, ...], size: int, seed: int) -> FloatArray:
    sample = _salib(f"sample.{method}").sample
    if method == "morris":
        return np.asarray(sample(_problem(keys), size, num_levels=LEVELS, seed=seed))
    return np.asarray(sample(_problem(keys), size, calc_second_order=False, seed=seed))


def analyse(plan: Plan, result: SweepResult, kpis: Sequence[str], *, seed: int = 1) -> Sensitivity:
    """Indices from the runs of a plan.

    Parameters
    ----------
    plan : Plan
        What was run.
    result : SweepResult
        The runs, none of which failed.
    kpis : sequence of str
        Key figures to explain.
    seed : int
        Of the bootstrap.

    Raises
    ------
    ResultError
        If a key figure has no value at some point.
    """
    import pandas as pd

    parts = []
    keys = plan.design.keys
    for kpi in kpis:
        rows = result.frame[result.frame["kpi"] == kpi]
        if not len(rows):
            raise ResultError(f"{kpi}: has no value in this scenario")
        table = rows.pivot_table(index="point", columns="replication", values="value", dropna=False)
        values = table.reindex(range(len(plan.design.points))).to_numpy(np.float64)
        if np.isnan(values).any():
            raise ResultError(f"{kpi}: has no value at some points; choose another key figure or range")
        found = _tornado(plan, values) if plan.method == "tornado" else _indices(plan, values, seed)
        part = pd.DataFrame(found)
        part.insert(0, "kpi", kpi)
        part.insert(1, "key", keys)
        part.insert(2, "unit", rows["unit"].iloc[0])
        part.insert(3, "low", [str(low) for low, _ in plan.ranges])
        part.insert(4, "high", [str(high) for _, high in plan.ranges])
        order = np.argsort(-_importance(part, plan.method), kind="stable")
        parts.append(part.iloc[order])
    return Sensitivity(plan.method, keys, plan.ranges, pd.concat(parts, ignore_index=True), result)


def _importance(part: pd.DataFrame, method: Method) -> FloatArray:
    if method == "tornado":
        return np.asarray((part["at_high"] - part["at_low"]).abs().to_numpy(np.float64))
    return part["mu_star" if method == "morris" else "total"].to_numpy(np.float64)


def _tornado(plan: Plan, values: FloatArray) -> dict[str, FloatArray]:
    """Changes against the scenario as it is, paired over replications."""
    base = values[plan.points[0]]
    found: dict[str, FloatArray] = {"base": np.full(len(plan.design.keys), base.mean())}
    count = np.full(len(plan.design.keys), base.size)
    for name, rows in (("at_low", plan.points[1::2]), ("at_high", plan.points[2::2])):
        changes = values[rows] - base
        spread = changes.std(axis=1, ddof=1) if base.size > 1 else np.full(len(changes), np.nan)
        found[name] = changes.mean(axis=1)
        found[f"{name}_half_width"] = half_width(count, spread)
    return found


def _indices(plan: Plan, values: FloatArray, seed: int) -> dict[str, FloatArray]:
    means = values.mean(axis=1)[plan.points]
    problem = _problem(plan.design.keys)
    names = _MORRIS if plan.method == "morris" else _SOBOL
    if means.max() == means.min():
        # Nothing moves: every index is nought, where SALib would divide by the variance.
        return {name: np.zeros(len(plan.design.keys)) for name in names}
    analyze = _salib(f"analyze.{plan.method}").analyze
    if plan.method == "morris":
        found = analyze(problem, plan.places, means, num_levels=LEVELS, num_resamples=RESAMPLES, seed=seed)
    else:
        found = analyze(problem, means, calc_second_order=False, num_resamples=RESAMPLES, seed=seed)
    return {name: np.asarray(found[its], np.float64) for name, its in names.items()}
