"""How sure the error of predicted overdue shares is: both periods drawn again, day by day.

The prediction itself is made in :mod:`hotline_sim.experiment.backtest`, from simulated runs; here it comes
from the laws behind them, without the chance of a run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hotline_sim.clock.ticks import DAY, NEVER
from hotline_sim.fit.handling import handling_law
from hotline_sim.fit.mix import NO_UNIT

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.fit.requests import RequestFit
    from hotline_sim.records.read import Records


def error_draws(
    records: Records,
    fit: RequestFit,
    window: tuple[int, int],
    *,
    given_subjects: bool = False,
    half_life: float | None = None,
    draws: int = 200,
    seed: int = 1,
) -> dict[str, FloatArray]:
    """Predicted less seen share overdue of each unit, with days of both periods drawn with replacement.

    Parameters
    ----------
    records : Records
        Of both periods.
    fit : RequestFit
        To the period before the window.
    window : (int, int)
        First and last (exclusive) tick of the period that was held back.
    given_subjects : bool
        Whether the subjects of the requests are those of the window; else they are those of the fit.
    half_life : float, optional
        Days before the window at which a request of the fit counts half for the subjects.
    draws : int
        Pairs of samples.
    seed : int
        Of NumPy's generator.

    Returns
    -------
    dict of str to float64 array, shape (draws,)
        By unit. Whole days are drawn, since requests of one day share their fate.
    """
    generator = np.random.default_rng(seed)
    later = _Later.of(records, fit, window)
    before = fit.tickets.arrival // DAY
    past = (window[0] - fit.tickets.arrival) / DAY
    weight_before = np.ones(past.size) if half_life is None else 0.5 ** (past / half_life)
    errors: dict[str, list[float]] = {unit: [] for unit in later.units}
    by_subject = _rows_by_day(fit, before)
    sources = [np.isin(subject.unit, later.units) for subject in fit.subjects]
    for _ in range(draws):
        chosen = _drawn_days(before, generator)
        late = np.zeros(len(fit.subjects))
        share = np.zeros(len(fit.subjects))
        for number, subject in enumerate(fit.subjects):
            if not sources[number]:
                continue
            own = np.concatenate([by_subject[number].get(int(day), _NONE) for day in chosen])
            share[number] = weight_before[own].sum()
            if not subject.limit or subject.law is None:
                continue
            law = None if subject.pooled else handling_law(fit.tickets[own])
            late[number] = float((law or subject.law).sf(1.0)[0])
        weight = later.drawn(generator)
        for unit in later.units:
            seen, given = later.share(unit, weight)
            mix = given if given_subjects else share
            own_subjects = np.array([subject.unit == unit for subject in fit.subjects])
            total = mix[own_subjects].sum()
            predicted = float((mix * late)[own_subjects].sum() / total) if total else np.nan
            errors[unit].append(predicted - seen)
    return {unit: np.array(values) for unit, values in errors.items()}


_NONE: IntArray = np.zeros(0, np.int64)


def mean_absolute(errors: dict[str, FloatArray], units: Any) -> FloatArray:
    """Mean absolute error over some units of each draw."""
    return np.asarray(np.abs([errors[unit] for unit in units]).mean(axis=0), np.float64)


def _drawn_days(day: IntArray, generator: np.random.Generator) -> IntArray:
    days = np.unique(day)
    return generator.choice(days, days.size)


def _rows_by_day(fit: RequestFit, day: IntArray) -> list[dict[int, IntArray]]:
    """Rows of the tickets of each subject, by day of arrival."""
    found = []
    for subject in fit.subjects:
        rows = np.flatnonzero(subject.members)
        rows = rows[np.argsort(day[rows], kind="stable")]
        days, first = np.unique(day[rows], return_index=True)
        found.append(dict(zip(days.tolist(), np.split(rows, first[1:]), strict=True)))
    return found


class _Later:
    """Requests of the period that was held back."""

    def __init__(self, unit: IntArray, subject: IntArray, late: IntArray, day: IntArray) -> None:
        self.unit, self.subject, self.late, self.day = unit, subject, late, day
        self.units: list[str] = []
        self._numbers: dict[str, int] = {}
        self._subjects = 0

    @classmethod
    def of(cls, records: Records, fit: RequestFit, window: tuple[int, int]) -> _Later:
        """All requests with a unit that the fit knows."""
        tickets, meta = records.log.tickets, records.log.meta
        chosen = (tickets["arrival"] >= window[0]) & (tickets["arrival"] < window[1]) & (tickets["unit"] >= 0)
        columns = {name: tickets[name][chosen] for name in ("unit", "category", "due", "arrival", "replied")}
        by_key = {subject.key: number for number, subject in enumerate(fit.subjects)}
        subject = []
        for unit, category, due in zip(
            *(columns[name].tolist() for name in ("unit", "category", "due")), strict=True
        ):
            where = meta.units[unit] if unit >= 0 else NO_UNIT
            what = meta.categories[category] if category >= 0 else ""
            number = by_key.get((where, what, due < NEVER), by_key.get((where, None, due < NEVER), -1))
            subject.append(number)
        late = (columns["due"] < NEVER) & (np.minimum(columns["replied"], meta.horizon) > columns["due"])
        found = cls(columns["unit"], np.array(subject, np.int64), late, columns["arrival"] // DAY)
        known = {one.unit for one in fit.subjects}
        found._numbers = {name: number for number, name in enumerate(meta.units) if name in known}
        found.units = [name for name, number in found._numbers.items() if (found.unit == number).any()]
        found._subjects = len(fit.subjects)
        return found

    def drawn(self, generator: np.random.Generator) -> FloatArray:
        """How often each request is in a sample of days."""
        days, place = np.unique(self.day, return_inverse=True)
        times = np.bincount(generator.integers(0, days.size, days.size), minlength=days.size)
        return times[place].astype(np.float64)

    def share(self, unit: str, weight: FloatArray) -> tuple[float, FloatArray]:
        """Share overdue of a unit in a sample, and its requests by subject."""
        own = self.unit == self._numbers[unit]
        total = float(weight[own].sum())
        known = own & (self.subject >= 0)
        given: FloatArray = np.bincount(self.subject[known], weight[known], self._subjects).astype(np.float64)
        return (float(weight[own & self.late].sum()) / total if total else np.nan), given
