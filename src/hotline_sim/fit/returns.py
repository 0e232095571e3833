"""Returns and reopening in records: how often a ticket was sent on, and how often work was done again.

How long that takes is part of the time to the reply, see :mod:`hotline_sim.fit.handling`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.fit.estimate import Estimate, NotIdentified
from hotline_sim.results.schema import TicketOutcome
from hotline_sim.statistics.shares import wilson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.results.log import TicketLog
    from hotline_sim.scenario.schema import Scenario

MOST: Final = 9
"""Returns and redos that a scenario can have."""
_COVERED: Final = 0.99


def estimate(
    log: TicketLog,
    base: Scenario,
    window: tuple[int, int] | None = None,
    *,
    extra: Mapping[str, np.ndarray[Any, Any]] | None = None,
) -> tuple[list[Estimate], list[NotIdentified]]:
    """Estimates of misrouting and of work done again.

    Parameters
    ----------
    log : TicketLog
        Recorded.
    base : Scenario
        Says how many citizens are called back and how many are content, without which the records do not tell
        how many of the discontented ask for more.
    window : (int, int), optional
        First and last (exclusive) tick of arrival; all tickets if not given. Records have the number of
        returns as it was in the end, so later ones count for tickets that arrived in the window.
    extra : mapping of str to array, optional
        Further columns of the records: tickets of which ``reassignments`` or ``reopened`` is -1, unknown, are
        left out of the share.

    Returns
    -------
    estimates, unknown
        Misroute is the share of tickets that were returned at least once; the limit of returns covers 99 %.
    """
    tickets = log.tickets
    made = tickets["outcome"] == TicketOutcome.TICKET
    if window is not None:
        made = made & (tickets["arrival"] >= window[0]) & (tickets["arrival"] < window[1])
    found: list[Estimate] = []
    unknown: list[NotIdentified] = []
    counted = _known(made, extra, "reassignments")
    if "returns" in log.meta.unknown or not counted.any():
        unknown.append(NotIdentified("dispatch.misroute", "how often each request went to another unit"))
    else:
        returns = tickets["returns"][counted].astype(np.int64)
        share = _share("dispatch.misroute", returns, "sent on at least once, Wilson's interval")
        found += [
            share,
            Estimate("dispatch.most_returns", _most(returns), "covers 99 % of them", returns.size),
        ]
    counted = _known(made, extra, "reopened")
    if "redos" in log.meta.unknown or not counted.any():
        unknown.append(NotIdentified("outcome.redo", "how often each request was reopened"))
        return found, unknown
    redos = tickets["redos"][counted].astype(np.int64)
    again = _share("outcome.redo", redos, "")
    asked = _asked(base)
    if asked is None:
        why = f"opinions of citizens; {again.value:.2%} of the requests were reopened"
        unknown.append(NotIdentified("outcome.redo", why))
        return found, unknown
    low, high = (min(1.0, float(edge) / asked) for edge in (again.low or 0.0, again.high or 1.0))
    note = (
        f"{again.value:.2%} were reopened, over the base's share of citizens who are reached and discontented"
    )
    found.append(Estimate("outcome.redo", min(1.0, again.value / asked), note, redos.size, low, high))
    found.append(Estimate("outcome.most_redos", _most(redos), "covers 99 % of them", redos.size))
    return found, unknown


def _known(made: BoolArray, extra: Mapping[str, np.ndarray[Any, Any]] | None, name: str) -> BoolArray:
    """Tickets of which a number is known, as far as the records say."""
    if extra is None or name not in extra:
        return made
    return np.asarray(made & (extra[name] != -1))


def _share(path: str, times: IntArray, note: str) -> Estimate:
    number = int((times > 0).sum())
    low, high = wilson(number, times.size)
    return Estimate(path, number / times.size, note, int(times.size), float(low), float(high))


def _most(times: IntArray) -> int:
    """Number of times that covers 99 % of the tickets with any, at least one, at most nine."""
    some = np.sort(times[times > 0])
    if some.size == 0:
        return 1
    return int(min(MOST, some[int(np.ceil(_COVERED * some.size)) - 1]))


def _asked(base: Scenario) -> float | None:
    """Share of replied tickets whose citizen is reached and discontented, in the base."""
    if base.outcome is None or base.callback is None:
        return None
    outcome = base.outcome
    content = (
        outcome.solved * outcome.satisfied_if_solved + (1 - outcome.solved) * outcome.satisfied_if_unsolved
    )
    asked = base.callback.share * base.callback.reached * (1 - content)
    return asked or None
