"""Every exception and warning class of the package, and how a fault in a file is told."""

from __future__ import annotations

from dataclasses import dataclass


class HotlineError(Exception):
    """Base of all errors that a user of the package can mend."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong in an input.

    Parameters
    ----------
    where : str
        Key path such as ``units."住建局".staff``; empty for the file as a whole.
    given : str
        What stands there, shortened; empty if nothing does.
    allowed : str
        What may stand there, or what rule is broken.
    hint : str
        Next step, such as the nearest known name; may be empty.
    line : int or None
        Line in the file, counted from 1, where known.
    """

    where: str
    given: str
    allowed: str
    hint: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = self.where or "file"
        if self.line is not None:
            place = f"line {self.line}: {place}"
        given = f"got {self.given}, " if self.given else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{place}: {given}{self.allowed}{hint}"


class ScenarioError(HotlineError):
    """A scenario cannot be used; carries all faults found, not only the first.

    Parameters
    ----------
    source : str
        File or name the scenario came from.
    faults : sequence of Fault
        At least one.
    """

    def __init__(self, source: str, faults: list[Fault]) -> None:
        self.source = source
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{source}: {fault}" for fault in faults))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[str, list[Fault]]]:
        return type(self), (self.source, list(self.faults))


class ProfileError(ScenarioError):
    """A profile of records cannot be used; carries all faults found, told as those of a scenario."""


class RecordsError(HotlineError):
    """A file of records cannot be read; single rows that cannot are counted and kept, not raised."""


class UnsupportedFeature(HotlineError):
    """An engine was asked for something that it cannot do."""


class LogSchemaError(HotlineError):
    """A ticket log does not have the columns, types or version that this release reads."""


class ResultError(HotlineError):
    """A result directory cannot be written or read as asked."""


class HotlineWarning(UserWarning):
    """Base of warnings: the result stands, but may surprise."""


class PrecisionWarning(HotlineWarning):
    """A sequential experiment ended before the precision asked for was reached."""


class CorrelatedBatchesWarning(HotlineWarning):
    """Batches of one long run are too short to count as independent; their interval is too narrow."""
