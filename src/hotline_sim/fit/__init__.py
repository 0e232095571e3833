"""From records to a scenario: estimates of its keys, each with its uncertainty, and what stays unknown.

Records are read in :mod:`hotline_sim.records`; forecasts and back-tests are in :mod:`hotline_sim.experiment`.
This folder and the verb in it bear one name: ``hotline_sim.fit(records)`` calls ``hotline_sim.fit.door.fit``.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Verb(ModuleType):
    """A folder that can be called: importing it would otherwise hide the verb ``hotline_sim.fit``."""

    def __call__(self, *args: Any, **settings: Any) -> Any:
        """Fit a scenario to records; see :func:`hotline_sim.fit.door.fit`."""
        from hotline_sim.fit.door import fit

        return fit(*args, **settings)


sys.modules[__name__].__class__ = _Verb
