"""Where the numbers lie, by the smallest cases: what is moved or copied stays the same number."""

from __future__ import annotations

import numpy as np
import pytest

from hotline_sim.network.build import build
from hotline_sim.network.draws import Draws, draw, draw_blocks
from hotline_sim.network.layout import Attempts, Room, side_by_side
from scenarios import CALLED_BACK, one_unit, small_town


def filled(room: Room, tickets: int) -> Draws:
    """Columns in which each number tells its layer and ticket."""
    part = room.part(0, tickets)
    for column in part:
        layers = np.arange(column.shape[0])[:, None] * 100 if column.ndim == 2 else 0
        column[...] = layers + np.arange(tickets)
    return part


def assert_same(one: Draws, other: Draws) -> None:
    for name, left, right in zip(Draws._fields, one, other, strict=True):
        np.testing.assert_array_equal(left, right, err_msg=name)


@pytest.mark.parametrize("attempts", [Attempts(3, 2, 2, 3, 1, 2), Attempts(1, 0, 1, 1, 0, 0)])
def test_tickets_that_are_kept_move_to_the_front_in_their_order(attempts: Attempts) -> None:
    room = Room(attempts, 60_000)
    before = Draws._make(column.copy() for column in filled(room, 50_000))
    kept = np.flatnonzero(np.arange(50_000) % 3 == 1)
    room.keep(kept)
    assert_same(room.part(0, len(kept)), Draws._make(column[..., kept] for column in before))


def test_room_that_grows_keeps_the_first_tickets() -> None:
    room = Room(Attempts(3, 2, 2, 3, 1, 2), 4)
    before = Draws._make(column.copy() for column in filled(room, 4))
    room.grow(10, used=3)
    assert_same(room.part(0, 3), Draws._make(column[..., :3] for column in before))
    assert room.all().arrival.shape == (10,)


def test_numbers_of_one_round_share_a_line_of_memory() -> None:
    drawn = draw(build(small_town()), 1, 0)
    addresses = [
        column[1:, 3:].__array_interface__["data"][0]
        for column in (drawn.desk, drawn.field, drawn.callback, drawn.redo)
    ]
    assert len({address // 64 for address in addresses}) == 1


def test_what_was_drawn_is_not_copied_again() -> None:
    drawn = draw(build(small_town()), 1, 0)
    assert side_by_side(drawn) is drawn


@pytest.mark.parametrize("tickets", [0, 1, 2, 5])
def test_any_draws_are_laid_out_with_the_same_types(tickets: int) -> None:
    drawn = draw(build(small_town()), 1, 0)
    apart = Draws._make(column[..., :tickets].copy() for column in drawn)
    together = side_by_side(apart)
    assert len(together.arrival) == tickets
    assert_same(Draws._make(column[..., :tickets] for column in together), apart)
    for name, one, other in zip(Draws._fields, together, drawn, strict=True):
        assert (one.dtype, one.strides[-1]) == (other.dtype, other.strides[-1]), name
        assert one.flags.c_contiguous == other.flags.c_contiguous, name


@pytest.mark.parametrize("days", [1, 3, 30])
def test_blocks_end_to_end_are_the_whole(days: int) -> None:
    network = build(one_unit(CALLED_BACK | {"dispatch.most_returns": 2}))
    ends, blocks = zip(*draw_blocks(network, 5, 2, days), strict=True)
    whole = draw(network, 5, 2)
    assert ends[-1] == network.end
    assert_same(Draws._make(np.concatenate(columns, axis=-1) for columns in zip(*blocks, strict=True)), whole)
