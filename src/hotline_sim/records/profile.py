"""Profiles: shipped ones by name, others from TOML files, checked as a whole with all faults told at once.

The keys are those of :mod:`~hotline_sim.records.schema`. A profile may begin with ``extends = "open311"`` and
then says only what is different.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from hotline_sim.errors import Fault, ProfileError, ScenarioError
from hotline_sim.records.schema import NEEDED, TARGETS, Pick, Profile
from hotline_sim.scenario.faults import Finding, key_path, nearest, shown
from hotline_sim.scenario.lines import key_lines
from hotline_sim.scenario.read import parse, read_text
from hotline_sim.scenario.wording import schema_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotline_sim.scenario.faults import KeyPath

FOLDER: Final = Path(__file__).parent / "profiles"
ENDING: Final = ".toml"
OUTCOMES: Final = ("answered", "abandoned", "invalid", "menu")
"""What can become of a call; ``menu``: it ended before the queue, in the voice menu."""

_OWN: Final = ("name", "title", "description")


def shipped_profiles() -> tuple[str, ...]:
    """Names of the shipped profiles, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob(f"*{ENDING}")))


def profile_text(word: str | Path) -> str:
    """Text of a profile, shipped or in a file.

    Raises
    ------
    ProfileError
        If there is none of that name, or it cannot be read.
    """
    return _text(_locate(word, Path()), str(word))


def load_profile(word: str | Path) -> Profile:
    """Profile by its shipped name or from a TOML file.

    Parameters
    ----------
    word : str or Path
        A path, or a name of :func:`shipped_profiles`. An existing file wins over a shipped name.

    Raises
    ------
    ProfileError
        With every fault found: key path, line, value, what is allowed, nearest known name.
    """
    tables, text = _merged(str(word), _locate(word, Path()), ())
    found: list[Finding] = []
    profile = None
    try:
        profile = Profile.model_validate(tables)
    except ValidationError as error:
        found += schema_findings(error.errors(include_url=False), tables, Profile)
    found += [finding for finding in _rules(tables) if finding not in found]
    if found or profile is None:
        raise ProfileError(str(word), _with_lines(found, text))
    return profile


def _locate(word: str | Path, folder: Path) -> Path:
    path = folder / word
    try:
        is_file = path.is_file()
    except (OSError, ValueError):
        is_file = False
    if is_file:
        return path
    text = str(word)
    if text in shipped_profiles():
        return FOLDER / f"{text}{ENDING}"
    if isinstance(word, Path) or text.endswith(ENDING) or "/" in text or "\\" in text:
        raise ProfileError(text, [Fault("", "", "no such file")])
    hint = nearest(text, shipped_profiles())
    raise ProfileError(
        text or '""', [Fault("", "", "no such file, and no shipped profile of that name", hint)]
    )


def _text(path: Path, source: str) -> str:
    try:
        return read_text(path, source)
    except ScenarioError as error:
        # The reader of scenario files speaks of scenarios.
        faults = [
            Fault(fault.where, fault.given, fault.allowed.replace("a scenario", "a profile"), "", fault.line)
            for fault in error.faults
        ]
        raise ProfileError(source, faults) from None


def _merged(source: str, path: Path, seen: tuple[Path, ...]) -> tuple[dict[str, Any], str]:
    """Tables of a profile over those that it extends, and its own text."""
    text = _text(path, source)
    try:
        tables = parse(text, source)
    except ScenarioError as error:
        raise ProfileError(source, list(error.faults)) from None
    base_word = tables.pop("extends", None)
    if base_word is None:
        tables.setdefault("name", _slug(path.stem))
        return tables, text
    fault_at = key_lines(text).get(("extends",))
    if not isinstance(base_word, str) or not base_word.strip():
        allowed = "must be the name of a shipped profile or a path in quotes"
        raise ProfileError(source, [Fault("extends", shown(base_word), allowed, "", fault_at)])
    try:
        base_path = _locate(base_word, path.parent)
    except ProfileError as error:
        fault = error.faults[0]
        raise ProfileError(
            source, [Fault("extends", shown(base_word), fault.allowed, fault.hint, fault_at)]
        ) from None
    if base_path.resolve() in (*seen, path.resolve()):
        raise ProfileError(
            source, [Fault("extends", shown(base_word), "must not lead back to itself", "", fault_at)]
        )
    base, _ = _merged(base_word, base_path, (*seen, path.resolve()))
    for key in _OWN:
        base.pop(key, None)
    merged = _overlaid(base, tables)
    merged.setdefault("name", _slug(path.stem))
    return merged, text


def _overlaid(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in top.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            value = _overlaid(below, value)
        merged[key] = value
    return merged


def _slug(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "records"


def _rules(tables: dict[str, Any]) -> Iterator[Finding]:
    """Find what is wrong between keys; types are checked before."""
    kind = tables.get("kind")
    if kind not in NEEDED:
        return
    columns = tables.get("columns")
    columns = columns if isinstance(columns, dict) else {}
    known = [name for name, target in TARGETS.items() if kind in target.kinds]
    for name, pick in columns.items():
        if name not in known:
            yield Finding(("columns", name), f"unknown target of {kind}", hint=nearest(name, known))
        yield from _pick_findings(("columns", name), pick)
    for name in NEEDED[kind]:
        if name not in columns:
            yield Finding(("columns", name), "is missing", hint=f"every row of {kind} needs it")
    extra = tables.get("extra")
    for name, pick in (extra if isinstance(extra, dict) else {}).items():
        if name in TARGETS:
            yield Finding(("extra", name), "is a target", hint=f"write it under [columns]: {name} = ...")
        yield from _pick_findings(("extra", name), pick)
    yield from _value_findings(tables, known)
    yield from _encoding_findings(_table(tables, "file"))
    yield from _time_findings(_table(tables, "time"))
    yield from _calendar_findings(_table(tables, "calendar"))


def _pick_findings(path: KeyPath, pick: Any) -> Iterator[Finding]:
    if isinstance(pick, dict):
        if bool(pick.get("any_of")) == bool(pick.get("join")):
            yield Finding(path, "either any_of or join is needed, with at least one column")
        try:
            pattern = re.compile(str(pick.get("keep", "")))
        except re.error as error:
            yield Finding((*path, "keep"), f"is no regular expression: {error}", shown(pick["keep"]))
        else:
            if pick.get("keep") and pattern.groups < 1:
                yield Finding((*path, "keep"), "must have a group in ( )", shown(pick["keep"]))
    elif pick in ("", []):
        yield Finding(path, "must name a column of the file", shown(pick))


def _value_findings(tables: dict[str, Any], known: list[str]) -> Iterator[Finding]:
    values = tables.get("values")
    for name, words in (values if isinstance(values, dict) else {}).items():
        if name not in known:
            yield Finding(("values", name), "unknown target", hint=nearest(name, known))
        if name == "outcome" and isinstance(words, dict):
            for word, meaning in words.items():
                if meaning not in OUTCOMES:
                    allowed = f"must be one of {', '.join(OUTCOMES)}"
                    yield Finding(("values", name, word), allowed, shown(meaning))
    rules = tables.get("rules")
    for position, rule in enumerate(rules if isinstance(rules, list) else []):
        if not isinstance(rule, dict):
            continue
        changes = rule.get("set", {})
        if bool(rule.get("drop")) == bool(changes):
            yield Finding(("rules", position), "either drop, with a reason, or set is needed")
        for name in changes if isinstance(changes, dict) else {}:
            if name not in known:
                yield Finding(("rules", position, "set", name), "unknown target", hint=nearest(name, known))


def _table(tables: dict[str, Any], name: str) -> dict[str, Any]:
    table = tables.get(name)
    return table if isinstance(table, dict) else {}


def _time_findings(time: dict[str, Any]) -> Iterator[Finding]:
    zone = time.get("zone")
    if isinstance(zone, str) and zone and not _is_zone(zone):
        from zoneinfo import available_timezones

        yield Finding(
            ("time", "zone"), "unknown time zone", shown(zone), nearest(zone, available_timezones())
        )
    if time.get("number") in ("unix", "unix-ms") and not zone:
        yield Finding(("time", "zone"), "is missing", hint="numbers count from 1970 in UTC")
    instants: dict[str, datetime] = {}
    for name in ("start", "end", "extract"):
        value = time.get(name)
        if isinstance(value, datetime) and value.tzinfo is not None:
            yield Finding(
                ("time", name), "must have no time zone: it is the wall time of the city", shown(value)
            )
        elif isinstance(value, date):
            whole = isinstance(value, datetime)
            instants[name] = value if whole else datetime(value.year, value.month, value.day)  # type: ignore[assignment]
    for early, late in (("start", "end"), ("start", "extract")):
        if early in instants and late in instants and instants[late] <= instants[early]:
            yield Finding(("time", late), f"must come after {early}", shown(time[late]))


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _encoding_findings(file: dict[str, Any]) -> Iterator[Finding]:
    encoding = file.get("encoding")
    if isinstance(encoding, str) and encoding and not is_text_encoding(encoding):
        yield Finding(("file", "encoding"), "unknown encoding", shown(encoding), nearest_encoding(encoding))


def _calendar_findings(calendar: dict[str, Any]) -> Iterator[Finding]:
    days = {name: calendar.get(name) for name in ("holidays", "working_days")}
    if all(isinstance(dates, list) for dates in days.values()):
        for position, day in enumerate(days["working_days"] or []):
            if day in (days["holidays"] or []):
                yield Finding(("calendar", "working_days", position), "is a holiday as well", shown(day))
    periods = calendar.get("hours")
    if isinstance(periods, list) and all(isinstance(period, str) for period in periods):
        ends = [[part.strip().zfill(5) for part in period.split("-")] for period in periods]
        for position, (before, after) in enumerate(pairwise(ends), start=1):
            if len(before) == len(after) == 2 and after[0] < before[1]:
                allowed = "must begin after the period ahead of it has ended"
                yield Finding(("calendar", "hours", position), allowed, shown(periods[position]))


def nearest_encoding(name: str) -> str:
    """Question that offers the nearest encoding."""
    return nearest(name, ("utf-8", "gb18030", "big5", "utf-16", "cp1252"))


def is_text_encoding(name: str) -> bool:
    """Whether there is an encoding of text by that name."""
    import codecs

    try:
        return bool(getattr(codecs.lookup(name), "_is_text_encoding", True))
    except (LookupError, ValueError):
        return False


def _with_lines(found: list[Finding], text: str) -> list[Fault]:
    lines = key_lines(text)
    faults: list[Fault] = []
    for one in found:
        near = (lines.get(one.path[:length]) for length in range(len(one.path), 0, -1))
        line = next((number for number in near if number is not None), None)
        fault = Fault(key_path(one.path), one.given, one.allowed, one.hint, line)
        if fault not in faults:
            faults.append(fault)
    return sorted(faults, key=lambda fault: (fault.line is None, fault.line or 0))


def file_columns(pick: Pick) -> tuple[tuple[str, ...], ...]:
    """Groups of names that a file must have one of each."""
    return (pick.any_of,) if pick.any_of else tuple((name,) for name in pick.join)
