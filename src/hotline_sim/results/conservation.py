"""Proof that no request is lost: every one that came is somewhere, counted from the visits alone.

The figures that people read are in :mod:`~hotline_sim.results.kpis`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.errors import ResultError
from hotline_sim.network.codes import BESIDE, Outcome, Stage
from hotline_sim.results.schema import BACKLOG

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.results.log import TicketLog


_INTAKE_BALANCE: Final = "offered = abandoned + invalid + accepted + on the way"
_REPLY_BALANCE: Final = "recorded = replied + open"
_CALL_AGAIN: Final = (Outcome.REDIAL, Outcome.BUSY)
_GONE: Final = (Outcome.ABANDONED, Outcome.BLOCKED, Outcome.INVALID, Outcome.DIRECT, Outcome.THIRD_PARTY)


def check_conservation(log: TicketLog) -> None:
    """Check the two balances of a log, run-in included.

    Offered requests are abandoned for good, invalid, accepted, or still on the way; accepted requests have a
    reply, or a visit that is still open.

    Parameters
    ----------
    log : TicketLog
        Any.

    Raises
    ------
    ResultError
        If a balance does not hold; the message names the balance and the first ticket that breaks it.
    """
    visits, count = log.visits, log.tickets["arrival"].size
    stage, outcome, ticket = visits["stage"], visits["outcome"], visits["ticket"]

    def number(rows: BoolArray) -> IntArray:
        return np.bincount(ticket[rows], minlength=count).astype(np.int64)

    intake = stage == Stage.INTAKE
    sources = np.array([name == BACKLOG for name in log.meta.sources] or [False])
    before = sources[log.tickets["source"]] if "backlog" in log.meta.mechanisms else np.zeros(count, np.bool_)
    # Disputes have no contact with the hotline.
    aside = number(stage == Stage.DISPUTE) > 0
    offered = ((log.tickets["arrival"] <= log.meta.horizon) & ~before & ~aside).astype(np.int64)
    calls = number(intake)
    redials = number(intake & np.isin(outcome, _CALL_AGAIN))
    made = number(intake & (outcome == Outcome.RECORDED))
    on_the_way = number(intake & (outcome == Outcome.OPEN))
    # The next call lies beyond the horizon: all calls so far ended in giving up.
    on_the_way += (calls > 0) & (calls == redials)
    _require(offered == number(intake & np.isin(outcome, _GONE)) + made + on_the_way, _INTAKE_BALANCE)

    recorded = made + before
    replied = number(outcome == Outcome.REPLIED) > 0
    # A call about a ticket that is lost does not bring it back.
    still_open = number((outcome == Outcome.OPEN) & ~intake & ~np.isin(stage, BESIDE)) > 0
    _require(recorded == ((replied | still_open) & ~aside), _REPLY_BALANCE)


def _require(holds: BoolArray, balance: str) -> None:
    broken = np.flatnonzero(~holds)
    if broken.size:
        raise ResultError(
            f"balance {balance}: does not hold for {broken.size} tickets, the first is ticket {broken[0]}"
        )
