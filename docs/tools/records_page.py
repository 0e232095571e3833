"""Write the tables of ``docs/records.md`` from what the package declares, so that the page cannot drift.

Run it after a change of ``hotline_sim.records.schema``, of the shipped profiles or of the reasons; with
``--speed`` it also measures how long a million rows take::

    python docs/tools/records_page.py
    python docs/tools/records_page.py --speed
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import typing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import BaseModel
from replications import put

from hotline_sim.records.profile import load_profile, shipped_profiles
from hotline_sim.records.schema import NEEDED, TARGETS, Pick, Profile, Rule
from hotline_sim.records.tally import REASONS

PAGE: Final = Path(__file__).parents[1] / "records.md"
ROWS: Final = 1_000_000


def profiles() -> str:
    """Table of the shipped profiles."""
    lines = ["| profile | kind | records |", "| --- | --- | --- |"]
    for name in shipped_profiles():
        profile = load_profile(name)
        about = ": ".join(filter(None, (profile.title.en if profile.title else name, profile.description)))
        lines.append(f"| `{name}` | {profile.kind} | {about} |")
    return "\n".join(lines)


def targets() -> str:
    """Table of everything that a column can be read as."""
    lines = ["| target | type | kinds | meaning |", "| --- | --- | --- | --- |"]
    for name, target in TARGETS.items():
        kinds = [f"**{kind}**" if name in NEEDED[kind] else kind for kind in NEEDED if kind in target.kinds]
        lines.append(f"| `{name}` | {target.type} | {', '.join(kinds)} | {target.meaning} |")
    return "\n".join(lines)


def keys() -> str:
    """Table of the keys of a profile."""
    lines = ["| key | default | meaning |", "| --- | --- | --- |"]
    for path, field in [
        *_fields(Profile, ""),
        *_fields(Pick, "columns.NAME."),
        *_fields(Rule, "rules[]."),
    ]:
        required = field.is_required()
        default = "required" if required else _shown(field.get_default(call_default_factory=True))
        if path == "name":  # filled in before the profile is checked
            default = "name of the file"
        lines.append(f"| `{path}` | {default} | {field.description or ''} |")
    return "\n".join(lines)


def _fields(table: type[BaseModel], prefix: str) -> list[tuple[str, typing.Any]]:
    found: list[tuple[str, typing.Any]] = []
    for name, field in table.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += _fields(inner, f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", field))
    return found


def _shown(value: object) -> str:
    if value in (None, "", (), {}):
        return "none"
    if isinstance(value, tuple):
        return ", ".join(f"`{one}`" for one in value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def reasons() -> str:
    """Table of reasons in both languages."""
    lines = ["| reason | 原因 |", "| --- | --- |"]
    for code, words in REASONS.items():
        if code != "by_rule":
            lines.append(f"| {words.en.format(detail='NAME')} | {words.zh.format(detail='NAME')} |")
    return "\n".join(lines)


def speed() -> str:
    """Sentence about a million rows: time of the processor and peak memory, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.csv"
        _write_million(path)
        size = path.stat().st_size / 1e6
        program = (
            "import resource, time, hotline_sim as hs\n"
            f"hs.read_records({str(path)!r}, 'boston-311')\n"
            "print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)\n"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    seconds, memory = (float(word) for word in done.stdout.split())
    return (
        f"A million requests of 19 columns, {size:.0f} MB of CSV, take {seconds:.0f} s of one processor and "
        f"{memory:.0f} MB at the peak, Python itself included (`python docs/tools/records_page.py --speed`)."
    )


def _write_million(path: Path) -> None:
    """A made-up year in the layout of Boston."""
    names = (
        "case_enquiry_id,open_dt,target_dt,closed_dt,ontime,case_status,subject,reason,type,queue,department,"
        "source,neighborhood,pwd_district,city_council_district,police_district,fire_district,ward,location_zipcode"
    )
    first = datetime(2011, 7, 1)
    with path.open("w", encoding="utf-8") as file:
        file.write(names + "\n")
        for number in range(ROWS):
            opened = first + timedelta(seconds=31 * number)
            due, closed = opened + timedelta(days=2), opened + timedelta(seconds=number % 500_000)
            file.write(
                f"{101_000_000_000 + number},{opened},{due},{closed},ONTIME,Closed,Public Works Department,"
                f"Street Lights,Street Light Outages {number % 141},PWDx_Street Light Outages,"
                f"PWD{number % 13},Constituent Call,Area {number % 23},07,3,B3,8,Ward 17,02131\n"
            )


def main() -> None:
    """Put the tables between their marks."""
    for name, table in (("profiles", profiles), ("targets", targets), ("keys", keys), ("reasons", reasons)):
        put(PAGE, name, table())
    if "--speed" in sys.argv[1:]:
        put(PAGE, "speed", speed())


if __name__ == "__main__":
    main()
