"""Queues in array operations and machine code, for people who bring their own customers.

The door to :mod:`hotline_sim.engines.core`, whose event loop simulates whole hotlines: here are the
first-come stations alone. A phone room is such a station.
"""

from __future__ import annotations

from hotline_sim.engines.core.customers import Passage
from hotline_sim.engines.core.fcfs import fcfs_path
from hotline_sim.engines.core.lanes import fcfs_lanes
from hotline_sim.engines.core.phone_room import PhoneRoom, phone_room

__all__ = ["Passage", "PhoneRoom", "fcfs_lanes", "fcfs_path", "phone_room"]
