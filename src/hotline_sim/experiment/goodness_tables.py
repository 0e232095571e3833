"""Tables of a comparison of records with simulations: key figures, quantiles, distances, arrivals, giving up.

What they are tables of is in ``goodness_seen.py``; the verdict is that of ``goodness_bands.py``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from hotline_sim.experiment.forecast import interval
from hotline_sim.experiment.goodness_bands import bands_of_others, beyond_bands
from hotline_sim.experiment.goodness_distances import sample_distances, series_distances
from hotline_sim.experiment.goodness_seen import OPEN, WAIT_EDGES, LeftOut, Plan, Seen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from hotline_sim.arrays import BoolArray, FloatArray

BANDS: Final = (80, 95)
"""Per cent of replications inside each band."""
PERCENTS: Final = (10, 25, 50, 75, 90, 95, 99)
"""Quantiles that are compared."""
UNITS: Final = {"wait": "s", "talk": "s", "response": "h"}
_LEAST: Final = {"share": 0.0025, "s": 1.0, "h": 0.05, "working days": 0.025, "calls a call": 0.0025}
"""Least standard deviation by unit, a half for counts: how far a miss is, is measured by no less."""


class Compared(NamedTuple):
    """Numbers that count for the verdict.

    ``rows`` has shape (1 + replications, numbers), the observed row first; the other fields have an entry for
    each number, ``least`` as for :func:`~hotline_sim.experiment.goodness_bands.beyond_bands`.
    """

    kinds: list[str]
    names: list[str]
    units: list[str]
    rows: FloatArray
    one_sided: BoolArray
    least: FloatArray


def with_values(plan: Plan, seen: Seen, runs: Sequence[Seen]) -> tuple[Plan, Seen, list[Seen], list[LeftOut]]:
    """Leave out key figures and samples that the records, or some of the replications, have no value of."""
    values = np.array([run.kpis for run in runs])
    own, theirs = ~np.isnan(seen.kpis), ~np.isnan(values).any(axis=0)
    keep = own & theirs
    without = [
        LeftOut(name, (), "simulations" if own[place] else "records")
        for place, name in enumerate(plan.kpis)
        if not keep[place]
    ]
    samples = tuple(
        name for name in plan.samples if all(bool((one.samples[name] < OPEN).any()) for one in (seen, *runs))
    )
    kpis, units = (
        tuple(text for text, wanted in zip(texts, keep, strict=True) if wanted)
        for texts in (plan.kpis, plan.units)
    )
    return (
        plan._replace(kpis=kpis, units=units, samples=samples),
        seen._replace(kpis=seen.kpis[keep]),
        [run._replace(kpis=run.kpis[keep]) for run in runs],
        without,
    )


def compared(plan: Plan, seen: Seen, runs: Sequence[Seen]) -> Compared:
    """Key figures, quantiles and distances of the records and of each replication."""
    everyone = [seen, *runs]
    kinds, names, units = ["kpi"] * len(plan.kpis), list(plan.kpis), list(plan.units)
    columns = [np.array([one.kpis for one in everyone])]
    for name in plan.samples:
        levels = np.array(PERCENTS) / 100
        columns.append(
            np.array([np.quantile(one.samples[name], levels, method="inverted_cdf") for one in everyone])
        )
        kinds += ["quantile"] * len(PERCENTS)
        names += [f"{name}_p{percent}" for percent in PERCENTS]
        units += [UNITS[name]] * len(PERCENTS)
    for name in plan.samples:
        both = sample_distances(seen.samples[name], [run.samples[name] for run in runs])
        columns.append(np.column_stack(both))
        names += [f"{name}_ks", f"{name}_wasserstein"]
        units += ["share", UNITS[name]]
    for name in plan.series:
        both = series_distances(seen.series[name], np.array([run.series[name] for run in runs]))
        columns.append(np.column_stack(both))
        names += [f"{name}_by_hour", f"{name}_by_day"]
        units += ["share", "share"]
    kinds += ["distance"] * (len(names) - len(kinds))
    one_sided = np.array([kind == "distance" for kind in kinds])
    least = np.array([_LEAST.get(unit, 0.5) for unit in units])
    return Compared(kinds, names, units, np.concatenate(columns, axis=1), one_sided, least)


def bands(found: Compared) -> pd.DataFrame:
    """Table of the numbers that count for the verdict; see ``Goodness.bands``."""
    import pandas as pd

    table: dict[str, Any] = {
        "kind": found.kinds,
        "name": found.names,
        "unit": found.units,
        "observed": shown(found.rows[0]),
        "mean": shown(found.rows[1:].mean(axis=0)),
    }
    for band in BANDS:
        low, high = (limit[0] for limit in bands_of_others(found.rows, band, found.one_sided))
        inside = (found.rows[0] >= low) & (found.rows[0] <= high)
        table |= {f"low_{band}": shown(low), f"high_{band}": shown(high), f"inside_{band}": inside}
    table["beyond"] = beyond_bands(found.rows, found.one_sided, found.least)[0]
    return pd.DataFrame(table)


def off(rows: pd.DataFrame) -> list[str]:
    """Names of the numbers outside their 95 % band, the farthest first."""
    missed = rows[~rows["inside_95"]].sort_values("beyond", ascending=False, kind="stable")
    return [str(name) for name in missed["name"]]


def hours(plan: Plan, seen: Seen, runs: Sequence[Seen]) -> pd.DataFrame:
    """Arrivals by hour of the day, mean of the days."""
    parts = []
    for name in plan.series:
        values = np.array([one.series[name].mean(axis=0) for one in (seen, *runs)])
        parts.append({"series": name, "hour": np.arange(24)} | banded(values))
    return _joined(parts)


def days(plan: Plan, seen: Seen, runs: Sequence[Seen], start: date) -> pd.DataFrame:
    """Arrivals by day."""
    parts = []
    for name in plan.series:
        values = np.array([one.series[name].sum(axis=1) for one in (seen, *runs)], np.float64)
        dates = [start + timedelta(days=number) for number in range(values.shape[1])]
        parts.append({"series": name, "date": dates} | banded(values))
    return _joined(parts)


def abandonment(plan: Plan, seen: Seen, runs: Sequence[Seen]) -> pd.DataFrame:
    """Share that gave up by class of waits; classes that any replication lacks have no band."""
    if "wait" not in plan.samples:
        return _joined([])
    values = np.array([one.given_up for one in (seen, *runs)])
    known = ~np.isnan(values).any(axis=0)
    ends = [*(float(edge) for edge in WAIT_EDGES[1:]), np.inf]
    part = {"from": np.array(WAIT_EDGES, np.float64)[known], "to": np.array(ends)[known]}
    return _joined([part | banded(values[:, known])])


def coverage(by_day: pd.DataFrame, by_hour: pd.DataFrame) -> pd.DataFrame:
    """Share of days and hours inside each band."""
    import pandas as pd

    rows = [
        {
            "series": series,
            "by": by,
            "band": band,
            "number": len(part),
            "inside": float(part[f"inside_{band}"].mean()),
        }
        for by, table in (("day", by_day), ("hour", by_hour))
        for series, part in table.groupby("series", sort=False)
        for band in BANDS
    ]
    return pd.DataFrame(rows, columns=["series", "by", "band", "number", "inside"])


def banded(values: FloatArray) -> dict[str, Any]:
    """Observed value, mean and bands; the first row is the observed one."""
    table: dict[str, Any] = {"observed": values[0], "mean": values[1:].mean(axis=0)}
    for band in BANDS:
        low, high = interval(values[1:], band)
        table[f"low_{band}"], table[f"high_{band}"] = low, high
        table[f"inside_{band}"] = (values[0] >= low) & (values[0] <= high)
    return table


def _joined(parts: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True) if parts else pd.DataFrame()


def shown(values: FloatArray) -> FloatArray:
    """Numbers for people: what stands for an open request is infinite."""
    return np.where(values >= OPEN / 1e6, np.inf, values)
