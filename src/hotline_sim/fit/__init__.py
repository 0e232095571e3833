"""From records to a scenario: estimates of its keys, each with its uncertainty, and what stays unknown.

Records are read in :mod:`hotline_sim.records`; forecasts and back-tests are in :mod:`hotline_sim.experiment`.
"""
