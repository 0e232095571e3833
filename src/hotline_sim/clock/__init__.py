"""What an instant, a duration, a step function and a working day are.

Nothing here knows of tickets or queues. :mod:`~hotline_sim.clock.ticks` has instants and durations,
:mod:`~hotline_sim.clock.steps` functions of time, :mod:`~hotline_sim.clock.days` the kind of each date and
:mod:`~hotline_sim.clock.calendar` working hours; chance comes in :mod:`hotline_sim.sampling`.
"""
