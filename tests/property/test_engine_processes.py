"""The same bytes in every process, whatever its hash seed and the order of its imports."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
{first}
import hashlib
from hotline_sim.engines.simulate import simulate
from hotline_sim.scenario.load import load

log = simulate(load("small-town"), seed=3, replication=2)
digest = hashlib.sha256()
for table in (log.visits, log.tickets):
    for name in sorted(table):
        digest.update(table[name].tobytes())
print(len(log.visits["ticket"]), digest.hexdigest())
"""


def printed(hash_seed: int, first: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(first=first)],
        env=os.environ | {"PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout


def test_every_process_simulates_the_same_bytes() -> None:
    one, two = printed(1, "import hotline_sim.results.kpis"), printed(2, "import random; random.seed()")
    assert int(one.split()[0]) > 5000
    assert one == two
