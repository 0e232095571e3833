"""An executor on a Dask cluster, of this machine or of many; needs the extra ``distributed``.

It is taken like any other (``executors.py``). Workers on other machines must see the directory of the sweep
under the same path.
"""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from hotline_sim.errors import ResultError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

_LOCAL = re.compile(r"local:([1-9]\d{0,3})")
_ADDRESS = re.compile(r"(tcp|tls|ws|wss)://[^\s]+:\d+")
_DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
"""Run by local workers: the keyboard is their parent's business, who ends them."""

_SECONDS = 20
"""How long a scheduler may take to answer."""


def check_cluster(word: str) -> None:
    """Check that a word names a cluster.

    Raises
    ------
    ValueError
        If it is neither ``"local:N"`` nor an address such as ``"tcp://host:8786"``.
    """
    if not _LOCAL.fullmatch(word) and not _ADDRESS.fullmatch(word):
        raise ValueError(f"got {word!r}, must be local:N or an address such as tcp://host:8786")


@contextmanager
def cluster(word: str) -> Iterator[Executor]:
    """Executor of a cluster, for as long as it is needed.

    Parameters
    ----------
    word : str
        ``"local:N"`` starts N worker processes here, which end with this process; an address such as
        ``"tcp://host:8786"`` is that of a scheduler that runs already.

    Yields
    ------
    Executor
        With the interface of :mod:`concurrent.futures`. A worker that is lost is replaced, and what it
        was doing is done again.

    Raises
    ------
    ValueError
        If the word names no cluster.
    ResultError
        If the extra is not installed, or no scheduler answers.
    """
    check_cluster(word)
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise ResultError('a cluster needs: pip install "hotline-sim[distributed]"') from None
    local = _LOCAL.fullmatch(word)
    if local is not None:
        with _local(distributed, int(local[1])) as here, distributed.Client(here) as client:
            yield client.get_executor(pure=False)
        return
    with _quiet():
        try:
            client = distributed.Client(word, timeout=_SECONDS)
        except (OSError, TimeoutError) as error:
            raise ResultError(f"{word}: no scheduler answers: {error}") from error
        with client:
            yield client.get_executor(pure=False)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the cluster's own log off the screen: what it means for the sweep is told by the sweep."""
    handlers = logging.getLogger("distributed").handlers
    levels = [handler.level for handler in handlers]
    for handler in handlers:
        handler.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for handler, level in zip(handlers, levels, strict=False):
            handler.setLevel(level)


def _local(distributed: Any, workers: int) -> Any:
    """Worker processes of this machine, reachable from it alone, without a web page."""
    return distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        memory_limit=None,
        preload=[_DEAF],
        silence_logs=logging.CRITICAL,  # that a worker was lost and replaced is no news: the sweep goes on
    )
