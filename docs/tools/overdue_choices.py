"""Repeat how the prediction of overdue requests was chosen, within July and August 2011 of Boston's records.

``python docs/tools/overdue_choices.py`` prints two tables of ``docs/forecast.md``: which law goes on beyond
the time that was watched, and how the mix of subjects of the coming weeks is told. Nothing after 1 September
is looked at. It needs the folder ``boston_311_2011_q3`` of real data, see ``backtest_table.py``.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from backtest_table import END, SPLIT, boston_base, records
from scipy.stats import CensoredData, gumbel_l, norm

from hotline_sim.clock.ticks import DAY, NEVER, SECOND, tick_of
from hotline_sim.fit.handling import Handled, handled, handling_law
from hotline_sim.fit.requests import fit_requests

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, FloatArray
    from hotline_sim.fit.requests import RequestFit
    from hotline_sim.records.read import Records

NOW = tick_of(SPLIT)
WATCHED = (0.1, 0.2, 0.3, 0.5, 0.8)
"""Parts of the limit after which all that is left is made to look open."""
SPLITS = (date(2011, 7, 15), date(2011, 7, 22), date(2011, 7, 29), date(2011, 8, 2), date(2011, 8, 9))
"""Days of the pretended forecasts; each predicts up to 25 days, none beyond the hurricane of 27 August."""
LAST = date(2011, 8, 27)
DEPARTMENTS = ("BTDT", "INFO", "ISD", "PARK", "PROP", "PWDx")
HALF_LIVES = (None, 28.0, 14.0, 7.0, 5.0, 3.0)
POOLED = (0, 10, 30, 100)


def groups(stood: Handled) -> list[BoolArray]:
    """Tickets of each category of a unit, of thirty or more."""
    key = stood.unit * 10_000 + stood.category
    names, counts = np.unique(key, return_counts=True)
    return [key == name for name in names[counts >= 30]]


def other_tail(logs: FloatArray, closed: BoolArray, family: object) -> float:
    """Share beyond the limit by a law of logarithms fitted to all, given what was open when last watched."""
    location, scale = family.fit(CensoredData(uncensored=logs[closed], right=logs[~closed]))  # type: ignore[attr-defined]
    last = float(logs[closed].max())
    both = [float(family.sf((at - location) / scale)) for at in (0.0, last)]  # type: ignore[attr-defined]
    return min(1.0, both[0] / max(both[1], 1e-12))


def print_tails(whole: Records) -> None:
    """Mean absolute error and mean error of the share overdue, in points, over subjects known in the end."""
    stood = handled(whole.log.tickets, NOW)
    stood = stood[(stood.limit > 0) & (stood.arrival < tick_of(LAST)) & (stood.arrival + stood.limit < NOW)]
    print("| part of the limit that is watched | subjects | constant rate | lognormal | Weibull |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for part in WATCHED:
        errors, weights = [], []
        for members in groups(stood):
            own = stood[members]
            late = float(np.mean(~own.closed | (own.age > own.limit)))
            end = np.maximum((part * own.limit).astype(np.int64), SECOND)
            seen = replace(own, age=np.minimum(own.age, end), closed=own.closed & (own.age <= end))
            law = handling_law(seen)
            if law is None or law.survival[-1] <= 0:
                continue
            logs = np.log(seen.age / seen.limit)
            left = float(law.survival[-1])
            families = [left * other_tail(logs, seen.closed, one) for one in (norm, gumbel_l)]
            errors.append([one - late for one in (law.overdue, *families)])
            weights.append(min(own.age.size, 200))
        table = np.array(errors)
        mean, bias = (100 * np.average(values, axis=0, weights=weights) for values in (np.abs(table), table))
        cells = " | ".join(f"{a:.1f} ({b:+.1f})" for a, b in zip(mean, bias, strict=True))
        print(f"| {part} | {len(errors)} | {cells} |")


def predicted(
    fit: RequestFit, clock: Handled, end: int, half_life: float | None, pooled: int
) -> dict[str, float]:
    """Requests of each department that will be known as overdue by 1 September, among all until an instant.

    A subject's own law counts as its tickets, that of its department as ``pooled`` more.
    """
    start = tick_of(fit.demand.days.first) + fit.demand.counts.size * DAY
    weight = (
        np.ones(clock.age.size) if half_life is None else 0.5 ** ((start - clock.arrival) / (half_life * DAY))
    )
    ahead = np.linspace(start, end, 41)[:-1]
    in_time = (clock.limit[:, None] > 0) & (clock.limit[:, None] < NOW - ahead)
    known = in_time.mean(axis=1)
    late: dict[str, float] = dict.fromkeys(DEPARTMENTS, 0.0)
    total = late.copy()
    for subject in fit.subjects:
        if subject.unit not in late:
            continue
        total[subject.unit] += float(weight[subject.members].sum())
        if subject.limit and subject.law:
            share = float(subject.law.sf(1.0)[0])
            if pooled:
                wide = [one for one in fit.subjects if one.unit == subject.unit and one.limit and one.law]
                counts = np.array([one.members.sum() for one in wide])
                mean = float(
                    np.average([float(one.law.sf(1.0)[0]) for one in wide if one.law], weights=counts)
                )
                count = int(subject.members.sum())
                share = (count * share + pooled * mean) / (count + pooled)
            late[subject.unit] += share * float((weight * known)[subject.members].sum())
    return {unit: late[unit] / total[unit] for unit in DEPARTMENTS if total[unit]}


def seen(whole: Records, start: int, end: int) -> dict[str, tuple[float, int]]:
    """The same as it was known on 1 September, and the number of requests."""
    tickets, meta = whole.log.tickets, whole.log.meta
    chosen = (tickets["arrival"] >= start) & (tickets["arrival"] < end)
    late = (tickets["due"] < NOW) & (tickets["replied"] > tickets["due"]) & (tickets["due"] < NEVER)
    found = {}
    for unit in DEPARTMENTS:
        own = chosen & (tickets["unit"] == meta.units.index(unit))
        found[unit] = float(late[own].mean()), int(own.sum())
    return found


def print_mixes(whole: Records) -> None:
    """Mean absolute error over departments and pretended forecasts, in points."""
    errors: dict[tuple[float | None, int], list[float]] = {}
    for split in SPLITS:
        fit = fit_requests(whole, boston_base(), name="split", window=(SPLIT, END), end=split)
        stood = handled(whole.log.tickets, tick_of(split), tick_of(fit.demand.days.first))
        end = min(tick_of(split) + 25 * DAY, tick_of(LAST))
        was = seen(whole, tick_of(split), end)
        for half_life, pooled in [*((one, 0) for one in HALF_LIVES), *((7.0, one) for one in POOLED[1:])]:
            told = predicted(fit, stood, end, half_life, pooled)
            found = [
                abs(told[unit] - share)
                for unit, (share, count) in was.items()
                if unit in told and count >= 60
            ]
            errors.setdefault((half_life, pooled), []).append(100 * math.fsum(found) / len(found))
    print()
    print("| half-life of a request | tickets added from the department | mean absolute error | by split |")
    print("| ---: | ---: | ---: | --- |")
    for (half_life, pooled), values in errors.items():
        splits = ", ".join(f"{one:.1f}" for one in values)
        days = "none" if half_life is None else f"{half_life:.0f} days"
        print(f"| {days} | {pooled} | {np.mean(values):.2f} | {splits} |")


if __name__ == "__main__":
    everything = records("boston_311_2011_q3", "boston-311")
    print_tails(everything)
    print_mixes(everything)
