"""What a person sees when a command cannot do its work: one clear message, an exit status, never a traceback.

Status 2 for anything that a person can mend, 130 and 143 for a run that was interrupted or terminated.
"""

from __future__ import annotations

import errno
import signal
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from hotline_sim.errors import HotlineError, HotlineWarning, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

MENDABLE = 2
INTERRUPTED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM


_WORDS = {
    "error": {"en": "error: {reason}", "zh": "错误：{reason}"},
    "memory": {
        "en": "error: not enough memory; a shorter run or fewer requests need less",
        "zh": "错误：内存不足；缩短模拟时间或减少诉求量即可降低需要",
    },
    "interrupted": {"en": "interrupted", "zh": "已中断"},
    "terminated": {"en": "terminated", "zh": "已终止"},
}


class Terminated(BaseException):
    """The process was asked to end, or its terminal is gone; it tidies up as after a KeyboardInterrupt."""


@contextmanager
def plain_messages(lang: Callable[[], str] = lambda: "en") -> Iterator[None]:
    """Turn errors that a person can mend, and interruptions, into a message on stderr and an exit status.

    Parameters
    ----------
    lang : callable
        Gives the language of the person, once it is known which command is called.

    Raises
    ------
    click.exceptions.Exit
        With the status.
    """
    try:
        yield
    except ScenarioError as error:
        tell(error, lang())
        status = MENDABLE
    except HotlineError as error:
        _tell_error(str(error), lang())
        status = MENDABLE
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of a pipe has gone: click ends quietly
            raise
        place = f"{error.filename}: " if error.filename else ""
        _tell_error(f"{place}{error.strerror or error}", lang())
        status = MENDABLE
    except MemoryError:
        click.echo(_WORDS["memory"][lang()], err=True)
        status = MENDABLE
    except KeyboardInterrupt:
        click.echo(_WORDS["interrupted"][lang()], err=True)
        status = INTERRUPTED
    except Terminated:
        click.echo(_WORDS["terminated"][lang()], err=True)
        status = TERMINATED
    else:
        return
    raise click.exceptions.Exit(status)


def _tell_error(reason: str, lang: str) -> None:
    if lang == "zh":
        from hotline_sim.cli.fault_words import in_chinese

        reason = in_chinese(reason)
    click.echo(_WORDS["error"][lang].format(reason=reason), err=True)


def tell(error: ScenarioError, lang: str) -> None:
    """Print the faults of a scenario on stderr, one a line, and how many there are."""
    from hotline_sim.cli.fault_words import lines_of

    for line in lines_of(error, lang):
        click.echo(line, err=True)


def listen_to_signals() -> None:
    """Let a request to end unwind the program, once, and print this package's warnings on one line."""
    _listen(signal.SIGTERM, _terminate)
    _listen(signal.SIGINT, _interrupt)
    if hasattr(signal, "SIGHUP"):
        _listen(signal.SIGHUP, _terminate)
    standard = warnings.formatwarning

    def formatted(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> str:
        if issubclass(category, HotlineWarning):
            return f"warning: {message}\n"
        return standard(message, category, *place, **more)

    warnings.formatwarning = formatted


def _listen(number: int, handler: Callable[[int, FrameType | None], None]) -> None:
    # nohup, and shells for what runs in the background, have a signal ignored, and mean it.
    if signal.getsignal(number) is not signal.SIG_IGN:
        signal.signal(number, handler)


def _terminate(number: int, frame: FrameType | None) -> None:
    _be_deaf()
    raise Terminated


def _interrupt(number: int, frame: FrameType | None) -> None:
    _be_deaf()
    raise KeyboardInterrupt


def _be_deaf() -> None:
    # Once only: a second request must not interrupt the tidying up.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
