"""Proof that no request is lost: every one that came is somewhere, counted from the visits alone.

The figures that people read are in :mod:`~hotline_sim.results.kpis`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from hotline_sim.errors import ResultError
from hotline_sim.network.codes import Outcome, Stage
from hotline_sim.results.schema import BACKLOG

if TYPE_CHECKING:
    from hotline_sim.arrays import BoolArray, IntArray
    from hotline_sim.results.log import TicketLog


_INTAKE_BALANCE: Final = "offered = abandoned + invalid + accepted + on the way"
_REPLY_BALANCE: Final = "recorded = replied + open"
_BESIDE: Final = (Stage.CHASE, Stage.DUPLICATE, Stage.RATING, Stage.RECTIFY, Stage.REPEAT)
"""Stages that do not keep a ticket open: they go on beside its life, or after its reply."""


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
    offered = ((log.tickets["arrival"] <= log.meta.horizon) & ~before).astype(np.int64)
    calls = number(intake)
    redials = number(intake & np.isin(outcome, (Outcome.REDIAL, Outcome.BUSY)))
    ends = {
        ending: number(intake & (outcome == ending))
        for ending in (
            *(Outcome.ABANDONED, Outcome.BLOCKED, Outcome.INVALID),
            *(Outcome.DIRECT, Outcome.THIRD_PARTY),
            Outcome.RECORDED,
        )
    }
    on_the_way = number(intake & (outcome == Outcome.OPEN))
    # The next call lies beyond the horizon: all calls so far ended in giving up.
    on_the_way += (calls > 0) & (calls == redials)
    _require(offered == sum(ends.values()) + on_the_way, _INTAKE_BALANCE)

    recorded = ends[Outcome.RECORDED] + before
    replied = number(outcome == Outcome.REPLIED) > 0
    still_open = number((outcome == Outcome.OPEN) & ~intake & ~np.isin(stage, _BESIDE)) > 0
    _require(recorded == (replied | still_open), _REPLY_BALANCE)


def _require(holds: BoolArray, balance: str) -> None:
    broken = np.flatnonzero(~holds)
    if broken.size:
        raise ResultError(
            f"balance {balance}: does not hold for {broken.size} tickets, the first is ticket {broken[0]}"
        )
