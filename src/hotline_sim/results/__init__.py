"""What happened, and what it means: the ticket log and everything computed from it.

:mod:`~hotline_sim.results.log` is what an engine returns; :mod:`~hotline_sim.results.kpis` and
:mod:`~hotline_sim.results.series` read it, :mod:`~hotline_sim.results.store` keeps it on disk. When each
visit starts is decided in :mod:`hotline_sim.engines`.
"""
