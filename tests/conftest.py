"""What every test needs: where the project is, figures without a screen, and examples that repeat."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything imports matplotlib, also in the processes that a test starts.
os.environ["MPLBACKEND"] = "Agg"

# The same examples in every run, however busy the machine: a failure is a fault of the code, not luck.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
# New examples in every run: `pytest --hypothesis-profile=search`.
settings.register_profile("search", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root of the project's working tree."""
    return Path(__file__).parents[1]
