"""The columns of a log as Arrow tables, and back: names for people, ticks as timestamps, nulls for NEVER.

Called by :mod:`~hotline_sim.results.log` when a table is handed over and by
:mod:`~hotline_sim.results.store` when it is written or read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa

from hotline_sim.clock.ticks import NEVER
from hotline_sim.errors import LogSchemaError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from hotline_sim.results.schema import Column, LogMeta

Array: TypeAlias = np.ndarray[Any, Any]


def arrow_table(columns: Mapping[str, Array], schema: Mapping[str, Column], meta: LogMeta) -> pa.Table:
    """Arrow table of a log's columns.

    Parameters
    ----------
    columns : mapping of str to array
        Columns of the schema.
    schema : mapping of str to Column
        VISIT_COLUMNS or TICKET_COLUMNS.
    meta : LogMeta
        Names behind the numbers.

    Returns
    -------
    pyarrow.Table
        Ticks are timestamps without a zone, durations are durations, both in ms; flags are booleans;
        numbers that stand for names are dictionaries of strings. Each column carries its unit and meaning.
    """
    arrays, arrow_fields = [], []
    for name, column in schema.items():
        array = _to_arrow(columns[name], column, meta)
        about = {"unit": column.unit, "meaning": column.meaning}
        arrays.append(array)
        arrow_fields.append(pa.field(name, array.type, metadata=about))
    return pa.Table.from_arrays(arrays, schema=pa.schema(arrow_fields))


def columns_from(table: pa.Table, schema: Mapping[str, Column], meta: LogMeta) -> dict[str, Array]:
    """Columns of a log from an Arrow table; the inverse of :func:`arrow_table`.

    Raises
    ------
    LogSchemaError
        If columns are missing or unknown, or hold values of another type or names that are not in ``meta``.
    """
    if table.column_names != list(schema):
        odd = ", ".join(sorted(set(table.column_names) ^ set(schema))) or "their order"
        raise LogSchemaError(f"columns differ from those of this release: {odd}")
    columns = {}
    for name, column in schema.items():
        stored, needed = table.column(name), _stored_type(column, meta)
        if not _is_stored_as(stored.type, needed):
            raise LogSchemaError(f"{name}: got values of type {stored.type}, {needed} is needed")
        try:
            columns[name] = _from_arrow(stored, column, meta)
        except KeyError as error:
            raise LogSchemaError(f"{name}: got the unknown {column.unit} {error}") from error
    return columns


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """Data frame whose types are the same under every release of pandas."""
    import pandas as pd

    frame: pd.DataFrame = table.to_pandas(
        types_mapper={pa.bool_(): pd.BooleanDtype()}.get, coerce_temporal_nanoseconds=False
    )
    return frame


def _stored_type(column: Column, meta: LogMeta) -> pa.DataType:
    if meta.names(column.unit) is not None:
        return pa.dictionary(pa.int16(), pa.string())
    known = {"tick": pa.timestamp("ms"), "ms": pa.duration("ms"), "flag": pa.bool_()}
    return known.get(column.unit) or pa.from_numpy_dtype(np.dtype(column.dtype))


def _is_stored_as(found: pa.DataType, needed: pa.DataType) -> bool:
    if pa.types.is_dictionary(needed):  # other releases may read another width of index
        return bool(pa.types.is_dictionary(found) and found.value_type == needed.value_type)
    return bool(found == needed)


def _to_arrow(values: Array, column: Column, meta: LogMeta) -> pa.Array:
    names = meta.names(column.unit)
    if names is not None:
        codes = pa.array(values, pa.int16(), mask=values < 0, safe=False)
        return pa.DictionaryArray.from_arrays(codes, pa.array(names, pa.string()))
    stored = _stored_type(column, meta)
    if column.unit in ("tick", "ms"):
        wide = values.astype(np.int64, copy=False)
        return pa.array(wide, pa.int64(), mask=wide == NEVER).cast(stored)
    if column.unit == "flag":
        return pa.array(values == 1, stored, mask=values < 0)
    return pa.array(values, stored)


def _from_arrow(stored: pa.ChunkedArray, column: Column, meta: LogMeta) -> Array:
    names = meta.names(column.unit)
    if names is not None:
        number = {name: code for code, name in enumerate(names)}
        words = stored.unify_dictionaries().combine_chunks()
        # A dictionary read from a file may hold the names in another order; the last code is for none.
        codes = np.array([*(number[name] for name in words.dictionary.to_pylist()), -1], column.dtype)
        picked: Array = codes[words.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
        return picked
    if column.unit in ("tick", "ms"):
        stored = stored.cast(pa.int64()).fill_null(NEVER)
    elif column.unit == "flag":
        stored = stored.cast(pa.int8()).fill_null(-1)
    return np.asarray(stored.to_numpy()).astype(column.dtype, copy=False)
