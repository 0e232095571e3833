"""Whether two scenarios have the same citizens: a digest of all that the draws of a replication depend on."""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotline_sim.network.layout import Attempts

if TYPE_CHECKING:
    from hotline_sim.network.network import Network


def demand_digest(network: Network) -> str:
    """Digest of everything that :func:`hotline_sim.network.draws.draw` reads.

    Parameters
    ----------
    network : Network
        Any.

    Returns
    -------
    str
        Hexadecimal. Networks with the same digest have the same draws under every seed and replication.
    """
    tables = network.tables
    counts = (tables.resolution, *Attempts.of(tables))
    # Demand can be hundreds of kilobytes of rates: a fast hash, of which 16 bytes are plenty.
    found = hashlib.blake2b(digest_size=16)
    _feed(found, (network.first, network.end, counts, network.demand))
    return found.hexdigest()


def _feed(found: hashlib.blake2b, value: Any) -> None:
    """Hash a value so that its kind and its length can be told from its bytes."""
    if isinstance(value, np.ndarray):
        found.update(f"{value.dtype.str}{value.shape}".encode())
        found.update(np.ascontiguousarray(value).data)
    elif is_dataclass(value):
        found.update(type(value).__name__.encode())
        for field in fields(value):
            _feed(found, getattr(value, field.name))
    elif isinstance(value, tuple):
        found.update(f"({len(value)}".encode())
        for entry in value:
            _feed(found, entry)
    else:
        found.update(f"{type(value).__name__}:{value!r};".encode())
