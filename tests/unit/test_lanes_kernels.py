"""The compiled kernels are what their speed rests on: packed operations of the processor."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from hotline_sim.engines.core import answer, fcfs, side_by_side
from hotline_sim.engines.core.compiler import is_switched_off

NAMES = {
    "float64": "vminpd|vmaxpd",
    "float32": "vminps|vmaxps",
    # Before AVX-512 there is no packed minimum of 64-bit numbers: a packed comparison stands for it.
    "int64": "vpminsq|vpmaxsq|vpcmpgtq",
    "int32": "vpminsd|vpmaxsd",
}
"""Packed minimum and maximum."""


@pytest.fixture(scope="module")
def numba() -> Any:
    """Numba on a processor for which the compiler has packed operations of 256 bits."""
    if is_switched_off():
        pytest.skip("compilation is switched off")
    numba = pytest.importorskip("numba")
    from llvmlite import binding

    if not binding.get_host_cpu_features().get("avx2", False):
        pytest.skip("the processor has no AVX2")
    return numba


def packed(assembly: str, dtype: str) -> int:
    """Wide minima and maxima (or what stands for them) in an assembly listing."""
    return len(re.findall(rf"\b(?:{NAMES[dtype]})\s[^\n]*%[yz]mm", assembly))


def assembly_of(numba: Any, function: Any, arguments: tuple[Any, ...]) -> str:
    """Machine code for the types of the arguments, compiled afresh as the package does it."""
    kernel = numba.njit(nogil=True, _nrt=False)(function)
    kernel.compile(tuple(numba.typeof(argument) for argument in arguments))
    (listing,) = kernel.inspect_asm().values()
    return str(listing)


@pytest.mark.parametrize("dtype", NAMES)
def test_a_path_is_served_by_packed_operations(numba: Any, dtype: str) -> None:
    times, rows = np.zeros(1, dtype), np.zeros(1, np.int64)
    plain = assembly_of(numba, fcfs.serve_all, (times, times, 1, times, times))
    assert packed(plain, dtype) >= 4
    some = assembly_of(numba, fcfs.serve_some, (times, times, times, times, rows, 1, times, times))
    assert packed(some, dtype) >= 4


@pytest.mark.parametrize("dtype", ["int32", "int64"])
@pytest.mark.parametrize("steps", [1, 2])
def test_lanes_are_answered_side_by_side(numba: Any, dtype: str, steps: int) -> None:
    """Four rows of 32 lanes need a minimum and a maximum each."""
    roster = side_by_side.Roster(np.arange(1, steps + 1), np.arange(1, steps + 1))
    group = side_by_side.Group([side_by_side.Lane(roster, 1.0)], np.dtype(dtype))
    times = np.zeros(2, dtype)
    arguments = group.arguments((times, times, times, np.zeros(2)), 0, 1)
    kernel = answer.answer_pairs if steps == 1 else answer.answer_one_by_one
    width = 32 if dtype == "int32" else 64
    assert packed(assembly_of(numba, kernel, arguments), dtype) >= 2 * 4 * 32 * width // 512
