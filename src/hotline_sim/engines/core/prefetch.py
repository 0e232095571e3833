"""Asks for numbers ahead of time, so that they are at hand when the loop needs them.

Tickets' numbers lie in main memory and are wanted days after the arrival. Asking changes no result; as plain
Python it does nothing at all.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hotline_sim.compiled import compiled
from hotline_sim.network.codes import Stage

if TYPE_CHECKING:
    from hotline_sim.arrays import FloatArray, IntArray
    from hotline_sim.network.draws import Draws
    from hotline_sim.rules.ledger import Ledger
    from hotline_sim.rules.visit import Visit

# Plain module numbers: compiled code reads them as constants.
_DISPATCH = int(Stage.DISPATCH)
_CALLBACK = int(Stage.CALLBACK)
_CHASE = int(Stage.CHASE)
_REPEAT = int(Stage.REPEAT)
_AHEAD = 12


def prefetch(array: IntArray | FloatArray, row: int, column: int) -> None:
    """Bring the cache line of ``array[row, column]`` near, without waiting for it.

    Parameters
    ----------
    array : array, shape (rows, columns)
        Numbers that will be read soon.
    row, column : int
        Not negative, and within the array.
    """


def prefetch_one(array: IntArray, number: int) -> None:
    """Bring the cache line of ``array[number]`` near, as :func:`prefetch` does."""


@compiled
def foresee(draws: Draws, ledger: Ledger, visit: Visit) -> None:
    """Ask for the random numbers and facts that a visit, and what follows it at once, will need.

    And for no more: only so many lines of memory can be on their way at a time.
    """
    ticket, stage = visit.ticket, visit.stage
    if stage == _CALLBACK:
        prefetch(draws.desk, visit.redos, ticket)
    elif stage == _CHASE:
        prefetch(draws.chase_after, visit.attempt, ticket)
    elif stage == _REPEAT:
        prefetch(draws.repeats, visit.redos, ticket)
    else:
        prefetch_one(draws.urgent, ticket)
        _prefetch_once(draws, ticket)
        if stage == _DISPATCH:
            prefetch(draws.dispatch, visit.dispatches, ticket)
        else:
            prefetch(draws.desk, visit.redos, ticket)
            if ticket < ledger.parts.size:
                prefetch_one(ledger.parts, ticket)


@compiled
def foresee_arrival(draws: Draws, ticket: int) -> None:
    """Ask for what the arrival of a ticket will need, while others arrive before it."""
    coming = min(ticket + _AHEAD, draws.arrival.size - 1)
    prefetch_one(draws.urgent, coming)
    if draws.chase_after.size > 0:
        prefetch(draws.chase_after, 0, coming)
    _prefetch_once(draws, coming)


@compiled
def _prefetch_once(draws: Draws, ticket: int) -> None:
    # One record holds them all; it is there if one of them is.
    late_or_rated = draws.extension.size + draws.rates.size
    if late_or_rated + draws.hard.size + draws.mediated.size + draws.co_handlers.size > 0:
        prefetch(draws.extension, 0, ticket)


def teach_prefetch() -> None:
    """Tell Numba the machine instruction behind :func:`prefetch`; once for a process."""
    # Taken as they are: their types say less than these functions can do.
    ir: Any = import_module("llvmlite.ir")
    types: Any = import_module("numba.core.types")
    cgutils: Any = import_module("numba.core.cgutils")
    extending: Any = import_module("numba.extending")
    make_array: Any = import_module("numba.np.arrayobj").make_array

    word = ir.IntType(32)
    # For reading, wanted again and again, data and not instructions.
    purpose = [ir.Constant(word, number) for number in (0, 3, 1)]

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        array = make_array(kind)(context, builder, arguments[0])
        place = cgutils.get_item_pointer(context, builder, kind, array, list(arguments[1:]), wraparound=False)
        instruction = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, word, word, word]),
            "llvm.prefetch.p0",
        )
        builder.call(instruction, [builder.bitcast(place, cgutils.voidptr_t), *purpose])
        return context.get_dummy_value()

    @extending.intrinsic  # type: ignore[untyped-decorator]
    def ask(_typing_context: Any, array: Any, _row: Any, _column: Any) -> Any:
        return types.void(array, types.intp, types.intp), code

    @extending.intrinsic  # type: ignore[untyped-decorator]
    def ask_one(_typing_context: Any, array: Any, _number: Any) -> Any:
        return types.void(array, types.intp), code

    # Without annotations, since Numba compares the signatures of both functions.
    options = {"forceinline": True, "_nrt": False}
    meaning = extending.overload(prefetch, jit_options=options)
    meaning(lambda array, row, column: lambda array, row, column: ask(array, row, column))
    meaning = extending.overload(prefetch_one, jit_options=options)
    meaning(lambda array, number: lambda array, number: ask_one(array, number))
