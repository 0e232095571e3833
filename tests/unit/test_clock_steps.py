from __future__ import annotations

import numpy as np
import pytest

from hotline_sim.clock.steps import Steps


def steps(*pairs: tuple[int, int]) -> Steps:
    return Steps(
        np.array([tick for tick, _ in pairs], np.int64), np.array([value for _, value in pairs], np.int64)
    )


def pairs(function: Steps) -> list[tuple[int, int]]:
    return list(zip(function.ticks.tolist(), function.values.tolist(), strict=True))


def test_a_step_already_holds_on_its_tick_and_nothing_before_the_first() -> None:
    staffing = steps((10, 3), (20, 5), (30, 0))
    assert [staffing.at(tick) for tick in (9, 10, 19, 20, 29, 30, 99)] == [0, 3, 3, 5, 5, 0, 0]
    assert staffing.at(np.array([[9, 10], [25, 30]])).tolist() == [[0, 3], [5, 0]]
    assert isinstance(staffing.at(10), int)


def test_the_integral_is_exact_also_before_the_first_step_and_backwards() -> None:
    staffing = steps((10, 3), (20, 5))
    assert staffing.integral(0, 10) == 0
    assert staffing.integral(12, 22) == 8 * 3 + 2 * 5
    assert staffing.integral(22, 12) == -34
    assert staffing.integral(20, 100) == 400
    assert staffing.integral(np.array([0, 15]), np.array([15, 25])).tolist() == [15, 40]
    assert staffing.integral(0, np.array([10, 11])).tolist() == [0, 3]
    assert isinstance(staffing.integral(0, 15), int)


def test_integrals_stay_exact_beyond_the_reach_of_floats() -> None:
    huge = steps((0, 10**6 + 1), (10**12 + 1, 0))
    assert huge.integral(-5, 2**62) == (10**6 + 1) * (10**12 + 1)


def test_intervals_add_up_and_cancel() -> None:
    assert pairs(Steps.from_intervals([0, 5, 10], [10, 15, 20], [2, 1, 2])) == [
        (0, 2),
        (5, 3),
        (15, 2),
        (20, 0),
    ]
    assert pairs(Steps.from_intervals([0, 0], [10, 10], [1, -1])) == []
    assert pairs(Steps.from_intervals([10, 0], [20, 10])) == [(0, 1), (20, 0)]
    assert pairs(Steps.from_intervals([5], [5], [9])) == []
    assert pairs(Steps.from_intervals([], [])) == []


def test_an_interval_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="must not end before"):
        Steps.from_intervals([5], [4])


def test_intervals_need_whole_numbers() -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        Steps.from_intervals([0.5], [1.5])


def test_functions_can_be_added_and_multiplied() -> None:
    assert pairs(steps((0, 1), (10, 0)).plus(steps((5, 2), (10, 1)))) == [(0, 1), (5, 3), (10, 1)]
    assert pairs(steps((0, 1), (10, 0)).plus(steps((0, -1), (10, 0)))) == []
    assert pairs(steps((0, 1), (10, 4)).times(3)) == [(0, 3), (10, 12)]


def test_steps_that_change_nothing_are_dropped() -> None:
    assert pairs(steps((0, 0), (5, 2), (7, 2), (9, 0)).simplified()) == [(5, 2), (9, 0)]


def test_a_window_keeps_the_value_with_which_it_begins() -> None:
    staffing = steps((10, 3), (20, 5), (30, 0))
    assert pairs(staffing.between(15, 25)) == [(15, 3), (20, 5), (25, 0)]
    assert pairs(staffing.between(10, 20)) == [(10, 3), (20, 0)]
    assert pairs(staffing.between(0, 99)) == pairs(staffing)
    assert pairs(staffing.between(15, 15)) == []
    with pytest.raises(ValueError, match="before start"):
        staffing.between(15, 14)


def test_no_steps_are_zero_everywhere() -> None:
    nothing = steps()
    assert nothing.at(7) == 0
    assert nothing.integral(0, 100) == 0
    assert nothing.integral(np.array([0, 1]), 100).tolist() == [0, 0]
    assert pairs(nothing.between(0, 10)) == []


@pytest.mark.parametrize(
    ("ticks", "values"),
    [
        (np.array([1, 1]), np.array([0, 1])),
        (np.array([2, 1]), np.array([0, 1])),
        (np.array([1, 2]), np.array([0])),
        (np.array([[1, 2]]), np.array([[0, 1]])),
        (np.array([1.0, 2.0]), np.array([0, 1])),
        (np.array([1, 2]), np.array([0, 1], np.int32)),
    ],
)
def test_malformed_steps_are_refused(ticks: np.ndarray, values: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"ticks|values"):
        Steps(ticks, values)
