from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import hotline_sim.core as core
from hotline_sim.clock.ticks import NEVER
from hotline_sim.core import fcfs_lanes, fcfs_path, phone_room

THREE = [0, 4, 9]
GIVEN: dict[str, Any] = {"arrival": THREE, "service": [1, 2, 3], "servers": 2}
WRONG = [
    ({"arrival": [0, 4, 3]}, "arrival: must not fall"),
    ({"arrival": [0.0, np.nan, 9.0], "service": [1.0, 2.0, 3.0]}, "arrival: must not be NaN"),
    ({"arrival": [-np.inf, 1.0, 9.0], "service": [1.0, 2.0, 3.0]}, "arrival: got -inf, must be above -inf"),
    ({"arrival": [-(2**62), 1, 9]}, "arrival: got -4611686018427387904, must be above"),
    ({"arrival": [0, 4, NEVER + 1]}, "arrival: got 4611686018427387905, must be at most"),
    ({"arrival": 5}, "arrival: got a single number"),
    ({"arrival": ["a", "b", "c"]}, "arrival: got <U1, one of float64, float32, int64, int32 is needed"),
    ({"arrival": np.array(THREE, np.int16)}, "arrival: got int16, one of"),
    ({"service": [1, -2, 3]}, "service: got -2, must be at least 0"),
    ({"service": [1, 2]}, "service: got 2 customers, must be 3 like arrival"),
    ({"service": [1.0, 2.0, 3.0]}, "service: got float64, must be int64 like arrival"),
    ({"service": [1, 2, NEVER]}, "service: got 4611686018427387904, must be below"),
    ({"arrival": [0.0, 4.0, 9.0], "service": [1.0, np.inf, 3.0]}, "service: got inf, must be below inf"),
    ({"arrival": [0.0, 4.0, 9.0], "service": [1.0, np.nan, 3.0]}, "service: must not be NaN"),
    ({"patience": [1, -1, 1]}, "patience: got -1, must be at least 0"),
    ({"patience": [1, 1]}, "patience: got 2 customers"),
    ({"patience": [1.0, 1.0, 1.0]}, "patience: got float64, must be int64"),
    ({"servers": 0}, "servers: got 0, must be at least 1"),
    ({"servers": 1.5}, "servers: got float64, whole numbers"),
    ({"servers": None}, "servers: either they or staffing"),
    ({"staffing": ([0], [1])}, "servers: either they or staffing"),
    ({"servers": None, "staffing": ([0, 0], [1, 2])}, "staffing: ticks must be strictly increasing"),
    ({"servers": None, "staffing": ([0, 5], [1, -2])}, "staffing: got a level of -2"),
    ({"servers": None, "staffing": ([0, 5], [1])}, r"staffing: got \(1,\) levels for \(2,\) ticks"),
    ({"servers": None, "staffing": (0, 1)}, r"staffing: got \(\) levels for \(\) ticks"),
    ({"servers": None, "staffing": 3}, "staffing: steps or a pair"),
    ({"servers": None, "staffing": ([0], [1.5])}, "staffing: got levels of type float64"),
    ({"servers": None, "staffing": ([0.5], [1])}, "staffing: got ticks of type float64, must be int64"),
    ({"servers": None, "staffing": (np.zeros((2, 1)).astype(int), np.ones((3, 1), int))}, "staffing: ticks"),
]


@pytest.mark.parametrize(("change", "message"), WRONG, ids=[message for _, message in WRONG])
@pytest.mark.parametrize("function", [fcfs_lanes, fcfs_path])
def test_what_is_wrong_is_told_by_name(function: Any, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        function(**(GIVEN | change))


def test_ticks_of_steps_must_be_numbers() -> None:
    with pytest.raises(ValueError, match=r"^staffing: ticks must not be NaN"):
        fcfs_lanes([0.0], [1.0], None, staffing=([np.nan], [1]))


def test_lanes_that_do_not_fit_together_are_told() -> None:
    with pytest.raises(ValueError, match=r"^arrival: the lanes .*: \(2,\), \(3,\), \(\)"):
        fcfs_lanes(np.zeros((2, 4)), np.zeros((3, 4)), 1)


def test_a_path_is_one_lane() -> None:
    with pytest.raises(ValueError, match=r"^arrival: got lanes of shape \(2,\)"):
        fcfs_path(np.zeros((2, 4)), np.zeros(4), 1)


@pytest.mark.parametrize("function", [fcfs_lanes, fcfs_path])
@pytest.mark.parametrize("patience", [None, [5, 5, 5]])
@pytest.mark.parametrize("agents", [(2, None), (None, ([0, 9], [1, 2]))])
@pytest.mark.parametrize("dtype", ["int64", "int32"])
def test_an_end_that_does_not_fit_is_refused(function: Any, patience: Any, agents: Any, dtype: str) -> None:
    edge, (servers, staffing) = 2**62 if dtype == "int64" else 2**30, agents
    arrival, limit = np.array([0, 4, edge - 3], dtype), patience and np.array(patience, dtype)
    assert function(arrival, np.array([1, 2, 2], dtype), servers, limit, staffing).end[-1] == edge - 1
    with pytest.raises(ValueError, match=f"^service: an end reaches {edge}, too late for {dtype}"):
        function(arrival, np.array([1, 2, 3], dtype), servers, limit, staffing)


def test_an_end_that_does_not_fit_shows_though_others_come_after_it() -> None:
    """The first talk is much too long; those that follow wrap around or are short."""
    arrival, service = np.zeros(40, np.int32), np.full(40, 2**30 - 1, np.int32)
    service[20:] = 1
    for servers in (1, 3, 7):
        for function in (fcfs_lanes, fcfs_path):
            with pytest.raises(ValueError, match="too late for int32"):
                function(arrival, service, servers)


@pytest.mark.parametrize("function", [fcfs_lanes, fcfs_path])
def test_the_rest_follows_from_the_starts(function: Any) -> None:
    """One agent from 0 to 20 with calls of 10; the last two come too late or never."""
    passage = function(
        [0, 1, 2, 15, 30, NEVER], [10, 10, 10, 1, 1, 1], None, [0, 9, 5, 3, NEVER, 0], ([0, 20], [1, 0])
    )
    assert passage.start.tolist() == [0, 10, NEVER, NEVER, NEVER, NEVER]
    assert passage.served.tolist() == [True, True, False, False, False, False]
    assert passage.abandoned.tolist() == [False, False, True, True, False, False]
    assert passage.end.tolist() == [10, 20, 7, 18, NEVER, NEVER]
    assert passage.wait.tolist() == [0, 9, 5, 3, NEVER, NEVER]


@pytest.mark.parametrize("function", [fcfs_lanes, fcfs_path])
def test_nobody_is_infinitely_late_in_floats(function: Any) -> None:
    passage = function([0.0, 1.0, np.inf], [2.0, 2.0, 7.0], 1, [0.5, 0.5, np.inf])
    assert passage.start.tolist() == [0, np.inf, np.inf]
    assert passage.end.tolist() == [2, 1.5, np.inf]
    assert passage.wait.tolist() == [0, 0.5, np.inf]
    assert passage.abandoned.tolist() == [False, True, False]


def test_all_arguments_are_broadcast_but_for_the_customers() -> None:
    arrival, service = np.array([THREE] * 5), np.array([[[20, 20, 20]], [[1, 1, 1]]])
    passage = fcfs_lanes(arrival, service, np.array([[[1]], [[2]], [[3]]]))
    assert passage.start.shape == passage.service.shape == (3, 2, 5, 3)
    assert passage.start[0, 0, 4].tolist() == [0, 20, 40]
    assert passage.start[1, 0, 0].tolist() == [0, 4, 20]
    assert passage.start[2, 1, 0].tolist() == THREE


@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0, 0), (3, 0, 2)])
def test_no_lane_and_no_customer_are_no_trouble(shape: tuple[int, ...]) -> None:
    times = np.zeros(shape)
    for patience in (None, times):
        assert fcfs_lanes(times, times, 2, patience).end.shape == shape
        assert fcfs_lanes(times, times, None, patience, ([0], [1])).wait.shape == shape


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "int32"])
def test_types_stay_what_they_are(dtype: str) -> None:
    times = np.zeros((2, 3), dtype)
    passage = fcfs_lanes(times, times, 1, times)
    assert {passage.start.dtype, passage.end.dtype, passage.wait.dtype} == {np.dtype(dtype)}


def test_arguments_are_not_written_to() -> None:
    arrival, service = np.array([[0, 1, NEVER], [0, 1, 2]]), np.full((2, 3), 5)
    patience = np.full((2, 3), 3)
    arrays = (arrival, service, patience)
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False
    fcfs_lanes(arrival, service, 1)
    fcfs_lanes(arrival, service, 1, patience)
    fcfs_path(arrival[0], service[0], 1, patience[0])
    phone_room(arrival, service, patience, servers=[1], volumes=[0.5])
    assert all(np.array_equal(one, other) for one, other in zip(arrays, before, strict=True))


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_order_in_memory_does_not_matter(order: Any) -> None:
    numbers = np.random.default_rng(1)
    arrival = np.cumsum(numbers.integers(0, 9, (70, 50)), axis=-1)
    service = numbers.integers(0, 30, (70, 50))
    expected = fcfs_lanes(arrival, service, 3).start
    same = fcfs_lanes(np.asarray(arrival, order=order), np.asarray(service, order=order), 3).start
    assert np.array_equal(same, expected)
    every_other = fcfs_lanes(arrival[::2, ::2], service[::2, ::2], 3).start
    assert np.array_equal(
        every_other, fcfs_lanes(arrival[::2, ::2].copy(), service[::2, ::2].copy(), 3).start
    )
    path = fcfs_path(arrival[0, ::2], service[0, ::2], 3).start
    assert np.array_equal(path, every_other[0])


ROOM: dict[str, Any] = {"arrival": [THREE], "service": [[1, 2, 3]], "servers": [1]}
WRONG_ROOM = [
    ({"servers": []}, "servers: at least one"),
    ({"servers": [0]}, "servers: got 0, must be at least 1"),
    ({"servers": [1.5]}, "servers: got float64"),
    ({"servers": [np.array([1, 2])]}, "servers: each must be a number, steps or a pair"),
    ({"servers": [([0, 0], [1, 1])]}, "staffing: ticks must be strictly increasing"),
    ({"volumes": []}, "volumes: a row of shares from 0 to 1"),
    ({"volumes": [1.5]}, "volumes: a row"),
    ({"volumes": [-0.1]}, "volumes: a row"),
    ({"volumes": [np.nan]}, "volumes: a row"),
    ({"volumes": 0.5}, "volumes: a row"),
    ({"thinning": [0.5, 0.5]}, r"thinning: got shape \(1, 2\), must be \(1, 3\)"),
    ({"thinning": [0.5, 0.5, 1.0]}, "thinning: must be at least 0 and below 1"),
    ({"arrival": [[0.0, 4.0, 9.0]], "service": [[1.0, 2.0, 3.0]]}, "arrival: got float64"),
    ({"arrival": np.zeros((2, 2, 3), int)}, "arrival: got int64 of"),
    ({"service": [[1, 2, 3], [1, 2, 3]]}, "arrival: got int64 of"),
    ({"service": [[1, -2, 3]]}, "service: got -2"),
    ({"service": [[2**61, 2, 3]]}, "service: an end comes more than 2305843009213693952 ticks"),
]


@pytest.mark.parametrize(("change", "message"), WRONG_ROOM, ids=[message for _, message in WRONG_ROOM])
def test_what_is_wrong_with_a_phone_room_is_told_by_name(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        phone_room(**(ROOM | change))


def test_rates_of_a_phone_room_can_be_worked_out_by_hand() -> None:
    """One agent, talks of a minute; the second call waits 50 s, the third hangs up after 20 s."""
    room = phone_room(
        [0, 10_000, 20_000, 200_000], [60_000] * 4, [NEVER, NEVER, 20_000, NEVER], servers=[1], volumes=[1, 0]
    )
    assert room.offered[0, :, 0].tolist() == [4, 0]
    assert room.answered[0, :, 0].tolist() == [3, 0]
    assert room.abandoned[0, 0, 0] == 1
    assert room.within[0, 0, 0] == 2
    assert (room.wait_answered[0, 0, 0], room.wait_abandoned[0, 0, 0]) == (50_000, 20_000)
    assert room.answer_rate[0, 0, 0] == 0.75
    assert room.service_level[0, 0, 0] == 0.5
    assert room.mean_wait[0, 0, 0] == 50_000 / 3
    for rate in (room.answer_rate, room.service_level, room.mean_wait):
        assert np.isnan(rate[0, 1, 0])


def test_no_call_and_no_replication_are_no_trouble() -> None:
    none = np.zeros((2, 0), np.int64)
    assert phone_room(none, none, servers=[1, 2], volumes=[1, 0.5]).offered.tolist() == [[[0, 0]] * 2] * 2
    no_row = np.zeros((0, 3), np.int64)
    assert phone_room(no_row, no_row, servers=[1], volumes=[0.5]).answered.shape == (1, 1, 0)


def test_the_door_has_every_function() -> None:
    assert {name: getattr(core, name) for name in core.__all__}.keys() == set(core.__all__)
