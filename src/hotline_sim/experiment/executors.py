"""Who does the chunks: threads of this process, processes of this machine, or any executor that is given.

An executor is anything with the interface of :mod:`concurrent.futures`; Dask's comes from ``cluster.py``.
What a chunk is, and how it is run, is in ``runs.py``.
"""

from __future__ import annotations

import os
import queue
import signal
import threading
from collections import deque
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from hotline_sim.arguments import check_whole
from hotline_sim.errors import ResultError
from hotline_sim.experiment.runs import Done, SharedDraws, Task, run_chunk

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from multiprocessing.connection import Connection

Outcome: TypeAlias = Done | Exception
"""What became of a task: done, or the reason why it could not be done."""

IN_FLIGHT: Final = 64
"""Tasks given to a foreign executor at a time: enough for a cluster, few enough to stop soon."""

DEATHS: Final = 3
"""Worker processes that one chunk may take with it before it is given up."""

AGAIN: Final = "start the same sweep again to continue where it was"


def outcomes(
    tasks: Iterable[Task],
    executor: Executor | str | None,
    workers: int | None,
    reached: Callable[[int], None],
) -> Generator[tuple[Task, Outcome], None, None]:
    """Do tasks, in any order.

    Parameters
    ----------
    tasks : iterable of Task
        What to do; taken as they are needed.
    executor : Executor, "threads", "processes" or None
        Who does it; None stands for threads.
    workers : int or None
        Threads or processes; all processors if None. Not for an executor that is given.
    reached : callable
        Called with the number of runs that were done since the last call.

    Yields
    ------
    (Task, Done or Exception)
        Each task once.

    Raises
    ------
    ValueError
        If the executor is none, or workers are given together with one.
    """
    if workers is not None:
        check_whole("workers", workers, least=1)
    if executor is None or executor == "threads":
        yield from _in_threads(tasks, workers or processors(), reached)
    elif executor == "processes":
        yield from _in_processes(tasks, workers or processors(), reached)
    elif isinstance(executor, str) or not hasattr(executor, "submit"):
        msg = f'executor: got {executor!r}, must be "threads", "processes" or have a method submit'
        raise ValueError(msg)
    elif workers is not None:
        raise ValueError("workers: the executor that is given has its own")
    else:
        yield from _submitted(tasks, executor, reached)


@contextmanager
def pool_of(executor: Executor | str | None, workers: int | None) -> Iterator[Executor]:
    """Executor that was asked for, for work whose results come back as values.

    Parameters
    ----------
    executor, workers
        As for :func:`outcomes`.

    Yields
    ------
    Executor
        One that is given stays open; threads and processes end with the block, and what they had not begun
        is let go of.

    Raises
    ------
    ValueError
        As for :func:`outcomes`.
    ResultError
        If worker processes cannot be started.
    """
    if workers is not None:
        check_whole("workers", workers, least=1)
    if not (executor is None or isinstance(executor, str)):
        if not hasattr(executor, "submit"):
            raise ValueError(f"executor: got {executor!r}, must have a method submit")
        if workers is not None:
            raise ValueError("workers: the executor that is given has its own")
        yield executor
        return
    if executor not in (None, "threads", "processes"):
        raise ValueError(f'executor: got {executor!r}, must be "threads" or "processes"')
    with _lifeline() if executor == "processes" else nullcontext() as line:
        pool: Executor = ThreadPoolExecutor(workers or processors())
        if line is not None:
            pool = _process_pool(workers or processors(), line)
            _check_started(pool)
        try:
            yield pool
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _process_pool(workers: int, line: Connection) -> ProcessPoolExecutor:
    from multiprocessing import get_context

    return ProcessPoolExecutor(workers, get_context("spawn"), initializer=_attend, initargs=(line,))


def processors() -> int:
    """Processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def _in_threads(
    tasks: Iterable[Task], workers: int, reached: Callable[[int], None]
) -> Iterator[tuple[Task, Outcome]]:
    """Chunk after chunk, its runs side by side on the same draws: memory for one set of draws is enough."""
    shared = SharedDraws()
    pool = ThreadPoolExecutor(workers)
    try:
        for task in tasks:
            yield task, run_chunk(task, threads=pool, shared=shared, reached=reached)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _submitted(
    tasks: Iterable[Task], executor: Executor, reached: Callable[[int], None]
) -> Iterator[tuple[Task, Outcome]]:
    """Hand chunks to an executor, a few at a time, and let go of every future as soon as it is done."""
    waiting = iter(tasks)
    finished: queue.SimpleQueue[Any] = queue.SimpleQueue()
    running: dict[Any, Task] = {}
    try:
        while True:
            for task in islice(waiting, IN_FLIGHT - len(running)):
                future = _submit(executor, task)
                running[future] = task
                future.add_done_callback(finished.put)
            if not running:
                return
            future = finished.get()
            task = running.pop(future)
            outcome = _outcome(future)
            del future  # a cluster keeps the result for as long as somebody holds its future
            if isinstance(outcome, Done):
                reached(outcome.runs)
            yield task, outcome
    finally:
        for future in running:
            future.cancel()


def _submit(executor: Executor, task: Task) -> Any:
    try:
        return executor.submit(run_chunk, task)
    except RuntimeError as error:  # broken, or shut down
        raise ResultError(f"the executor takes no more work ({error}); {AGAIN}") from error


def _outcome(future: Any) -> Outcome:
    try:
        done: Done = future.result()
    except (CancelledError, BrokenExecutor) as error:
        raise ResultError(f"the executor stopped working ({type(error).__name__}); {AGAIN}") from error
    except Exception as error:
        return error
    return done


def _in_processes(
    tasks: Iterable[Task], workers: int, reached: Callable[[int], None]
) -> Iterator[tuple[Task, Outcome]]:
    """Worker processes; when one is killed, the pool is built anew and does again what was under way."""
    work = _Work(tasks)
    with _lifeline() as line:
        while work.is_left():
            alone = work.only_suspects()
            for task, outcome in _one_pool(work, 1 if alone else workers, line):
                if isinstance(outcome, BrokenProcessPool) and not work.gives_up(task, alone=alone):
                    continue
                if isinstance(outcome, Done):
                    reached(outcome.runs)
                yield task, outcome


class _Work:
    """Tasks that are left to worker processes, and how many accidents each was under way in.

    A task that was under way in all but one of the accidents it may have is done alone, at the end: if its
    process dies once more, nobody else can be to blame.
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._waiting = iter(tasks)
        self._next: Task | None = next(self._waiting, None)
        self._again: deque[Task] = deque()
        self._suspects: deque[Task] = deque()
        self._deaths: dict[str, int] = {}

    def is_left(self) -> bool:
        return bool(self._next or self._again or self._suspects)

    def only_suspects(self) -> bool:
        return not (self._next or self._again)

    def take(self, *, alone: bool) -> Task | None:
        """Next task, a suspect only if it is to be alone; None if there is none."""
        if alone:
            return self._suspects.popleft() if self._suspects else None
        if self._again:
            return self._again.popleft()
        task, self._next = self._next, next(self._waiting, None)
        return task

    def put_back(self, task: Task, *, alone: bool) -> None:
        """Take back a task that was not begun."""
        (self._suspects if alone else self._again).appendleft(task)

    def gives_up(self, task: Task, *, alone: bool) -> bool:
        """Note an accident; whether the task is not to be tried once more."""
        deaths = self._deaths[task.name] = self._deaths.get(task.name, 0) + 1
        if alone and deaths >= DEATHS:
            return True
        (self._suspects if deaths >= DEATHS - 1 else self._again).append(task)
        return False


def _one_pool(work: _Work, workers: int, line: Connection) -> Iterator[tuple[Task, Outcome]]:
    """Tasks done by one pool, until there are no more or it breaks; then those under way end as broken.

    No more tasks are handed over than there are workers, so that none is blamed that was not begun.
    """
    alone = work.only_suspects()
    pool = _process_pool(workers, line)
    finished: queue.SimpleQueue[Any] = queue.SimpleQueue()
    running: dict[Any, Task] = {}
    is_broken = False
    try:
        _check_started(pool)
        while True:
            while not is_broken and len(running) < workers and (task := work.take(alone=alone)):
                try:
                    future = pool.submit(run_chunk, task)
                except BrokenProcessPool:
                    is_broken = True
                    work.put_back(task, alone=alone)
                    break
                running[future] = task
                future.add_done_callback(finished.put)
            if not running:
                return
            future = finished.get()
            task = running.pop(future)
            try:
                outcome: Outcome = future.result()
            except BrokenProcessPool as error:
                is_broken, outcome = True, error
            except Exception as error:
                outcome = error
            yield task, outcome
    finally:
        pool.shutdown(wait=not running, cancel_futures=True)


def _check_started(pool: Executor) -> None:
    try:
        pool.submit(processors).result()
    except BrokenProcessPool as error:
        msg = (
            "worker processes cannot be started; a script must call this below "
            'if __name__ == "__main__":, or use executor="threads"'
        )
        raise ResultError(msg) from error


@contextmanager
def _lifeline() -> Iterator[Connection]:
    """Pipe whose other end is here: when this process ends or is interrupted, the workers see it close."""
    from multiprocessing import get_context

    reader, writer = get_context("spawn").Pipe(duplex=False)
    try:
        yield reader
    finally:
        writer.close()
        reader.close()


def _attend(line: Connection) -> None:
    """Prepare a worker: the keyboard is its parent's business, and it does not outlive its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def wait() -> None:
        try:
            line.recv()
        except (EOFError, OSError):
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
