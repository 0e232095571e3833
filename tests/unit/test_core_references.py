from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from hotline_sim.engines.core import compiler

if TYPE_CHECKING:
    from hotline_sim.arrays import IntArray


class Inner(NamedTuple):
    number: int
    share: float


class Outer(NamedTuple):
    values: IntArray
    inner: Inner
    last: int


def work(held: Outer, times: int) -> float:
    total = 0.0
    for time in range(times):
        # Written between two readings of the tuple: the array changes, the tuple does not.
        held.values[time] = held.inner.number + time
        total += held.values[time] * held.inner.share
    return total + held.last


@pytest.mark.skipif(compiler.is_switched_off(), reason="nothing is compiled")
def test_compiled_code_reads_a_tuple_where_it_lies() -> None:
    import numba

    from hotline_sim.engines.core.references import Reference, teach_references

    teach_references({Outer: frozenset()})
    kernel = numba.njit(_nrt=False)(work)
    for number in (3, -5):
        held = Outer(np.zeros(4, np.int64), Inner(number, 0.5), 2**40 + number)
        expected = work(held._replace(values=held.values.copy()), 4)
        assert kernel(held, 4) == expected
        assert held.values.tolist() == [number, number + 1, number + 2, number + 3]
    (signature,) = kernel.signatures
    assert isinstance(signature[0], Reference)
    assert signature[0].dtype.instance_class is Outer


@pytest.mark.skipif(compiler.is_switched_off(), reason="nothing is compiled")
def test_code_that_counts_references_is_refused() -> None:
    import numba

    from hotline_sim.engines.core.references import teach_references

    teach_references({Outer: frozenset()})
    with pytest.raises(NotImplementedError, match="without reference counting"):
        numba.njit(work)(Outer(np.zeros(4, np.int64), Inner(1, 0.5), 0), 4)


class Columns(NamedTuple):
    column: IntArray


@pytest.mark.skipif(compiler.is_switched_off(), reason="nothing is compiled")
def test_a_column_of_a_record_has_one_type_with_and_without_layers() -> None:
    import numba

    from hotline_sim.engines.core.references import teach_references

    teach_references({Columns: frozenset(("column",))})
    records = np.arange(12).reshape(1, 3, 4)
    present, absent = Columns(records[..., 1]), Columns(records[:0, :, 1])
    assert not present.column.flags.c_contiguous
    assert absent.column.flags.c_contiguous
    assert numba.typeof(present) == numba.typeof(absent)


def test_columns_of_records_are_spaced_in_any_draws() -> None:
    from hotline_sim.network.columns import Draws
    from hotline_sim.network.layout import SPACED, Attempts, Room

    held = compiler._held_by_address()
    assert held[Draws] == SPACED
    room = Room(Attempts(*(1 for _ in Attempts._fields)), 5).all()
    spaced = {name for name, column in room._asdict().items() if column.strides[-1] != column.itemsize}
    assert spaced == SPACED
