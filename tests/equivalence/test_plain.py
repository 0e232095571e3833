"""With compilation switched off the core is plain Python, and gives the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import hashlib
import sys
from pathlib import Path

import hotline_sim as hs
from hotline_sim.engines.core.compiler import is_switched_off
from hotline_sim.engines.core.engine import Core
from hotline_sim.engines.core.key_figures import summarise
from hotline_sim.results.log import build_log

network = hs.build(hs.load("small-town"))
draws = hs.draw(network, 3, 0)
columns = Core(network, draws).run()
log = build_log(network, draws, columns, scenario="test", seed=3, replication=0, engine="core")
digest = hashlib.sha256()
for table in (log.visits, log.tickets):
    for name in sorted(table):
        digest.update(f"{name} {table[name].dtype}".encode() + table[name].tobytes())
print("plain" if is_switched_off() else "compiled")
print(len(log.visits["ticket"]))
print(digest.hexdigest())
for name, kpi in summarise(network, draws).items():
    print(name, kpi)
"""


def printed(*, switched_off: bool) -> list[str]:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"NUMBA_DISABLE_JIT": str(int(switched_off))},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.splitlines()


def test_plain_python_gives_the_bytes_of_machine_code() -> None:
    plain, compiled = printed(switched_off=True), printed(switched_off=False)
    assert (plain[0], compiled[0]) == ("plain", "compiled")
    assert int(plain[1]) > 5000
    assert len(plain) > 40
    assert plain[1:] == compiled[1:]
