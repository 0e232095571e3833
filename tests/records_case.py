"""Profiles and files of records for tests, and where the real data are, if they are here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hotline_sim.records.read import read_records

if TYPE_CHECKING:
    from hotline_sim.records.read import Records

CALLS = """
kind = "calls"
[columns]
id = "id"
arrival = "arrival"
wait = "wait"
talk = "talk"
outcome = "outcome"
agent = "agent"
[values.outcome]
yes = "answered"
no = "abandoned"
"""

REQUESTS = """
kind = "requests"
[columns]
id = "id"
arrival = "opened"
due = "due"
closed = "closed"
category = "category"
unit = "unit"
[calendar]
hours = ["09:00-17:00"]
"""

EVENTS = """
kind = "events"
[columns]
id = "case"
time = "time"
activity = "what"
unit = "who"
[events]
replied = ["answer"]
closed = ["close"]
waiting = ["wait"]
"""

COUNTS = """
kind = "counts"
columns = { start = "day", offered = "calls", abandoned_calls = "lost", wait = "wait" }
"""


def read(
    folder: Path, profile: str, text: str | bytes, name: str = "records.csv", encoding: str | None = None
) -> Records:
    """Records in a file, by a profile in a file."""
    (folder / "own.toml").write_text(profile, encoding="utf-8")
    data = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(data)
    return read_records(folder / name, folder / "own.toml", encoding=encoding)


def real_data(folder: str) -> list[Path]:
    """Files of a folder of real data; the test is skipped where they are not."""
    home = os.environ.get("HOTLINE_SIM_DATA") or Path(__file__).parents[2] / "shared" / "data"
    files = sorted((Path(home) / folder).glob("*.csv.gz"))
    if not files:
        pytest.skip(f"the real data {folder} are not here; HOTLINE_SIM_DATA may name their folder")
    return files
