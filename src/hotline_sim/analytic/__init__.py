"""Closed-form queueing theory: delays, abandonment, networks and staffing, each with its source.

Functions take and give NumPy arrays and know nothing of scenarios; the simulator is held against them by
``hotline-sim verify``.
"""
