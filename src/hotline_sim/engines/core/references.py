"""Lets compiled code hold tables, draws and state by their address instead of by value.

They are named tuples of hundreds of machine words, which every call would otherwise take apart and put
together again. Loaded by :mod:`~hotline_sim.engines.core.compiler`, and only if something is compiled.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.types.containers import BaseNamedTuple, NamedTuple
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    register_model,
    typeof_impl,
    unbox,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class Reference(types.Type):
    """Address of a named tuple whose numbers and arrays stay what they are while compiled code runs.

    Parameters
    ----------
    dtype : numba.BaseNamedTuple
        What lies there.
    """

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype
        # The full name, with the types of all fields, would be part of the name of every function.
        digest = hashlib.sha256(str(dtype).encode()).hexdigest()[:12]
        super().__init__(f"Reference({dtype.instance_class.__name__}, {digest})")


def teach_references(classes: Mapping[type, frozenset[str]]) -> None:
    """Tell Numba which named tuples enter compiled code by their address.

    Parameters
    ----------
    classes : mapping of types to sets of str
        Named tuples, and which of their fields are columns of records; those inside them need not be named.
        An empty column counts as contiguous, and the code would be compiled again for its type; to compiled
        code it is spaced like any other.
    """
    of_tuple = typeof_impl.dispatch(tuple)

    def reference(value: Any, purpose: Any) -> Reference:
        whole = of_tuple(value, purpose)
        fields = [
            kind.copy(layout="A") if name in classes[whole.instance_class] else kind
            for name, kind in zip(whole.fields, whole.types, strict=True)
        ]
        return Reference(NamedTuple(fields, whole.instance_class))

    for named_tuple in classes:
        typeof_impl.register(named_tuple)(reference)


register_model(Reference)(models.PointerModel)


@unbox(Reference)  # type: ignore[untyped-decorator]
def _enter(kind: Any, value: Any, c: Any) -> Any:
    """Lay the tuple down where the call from Python keeps it until its end."""
    native = c.unbox(kind.dtype, value)
    place = cgutils.alloca_once(c.builder, c.context.get_data_type(kind.dtype))
    c.context.pack_value(c.builder, kind.dtype, native.value, place)
    # What is read there never changes, _read says: from here on, so let the compiler not see that far back.
    hidden = c.builder.asm(
        ir.FunctionType(place.type, [place.type]), "", "=r,0,~{memory}", [place], True, name="held"
    )
    return NativeValue(hidden, is_error=native.is_error, cleanup=native.cleanup)


@infer_getattr
class _Fields(AttributeTemplate):  # type: ignore[misc]
    key = Reference

    def generic_resolve(self, kind: Any, name: str) -> Any:
        """Type of a field: a tuple inside a tuple is again known by its address."""
        if name not in kind.dtype.fields:
            return None
        field = kind.dtype.types[kind.dtype.fields.index(name)]
        return Reference(field) if isinstance(field, BaseNamedTuple) else field


@lower_getattr_generic(Reference)  # type: ignore[untyped-decorator]
def _read(context: Any, builder: Any, kind: Any, place: Any, name: str) -> Any:
    if context.enable_nrt:
        # It would take the arrays read from there for its own, and let them go.
        raise NotImplementedError("tuples by address are for code without reference counting")
    index = kind.dtype.fields.index(name)
    field = kind.dtype.types[index]
    place = cgutils.gep_inbounds(builder, place, 0, index)
    if isinstance(field, BaseNamedTuple):
        return place
    already = len(builder.block.instructions)
    value = context.unpack_value(builder, field, place)
    for instruction in builder.block.instructions[already:]:
        if instruction.opname == "load":
            # No store, wherever it goes, changes what was read here.
            instruction.set_metadata("invariant.load", builder.module.add_metadata([]))
    return value
