"""When does each visit start? Engines answer this, and nothing else.

Every engine is a deterministic function of a network and its draws, and all of them return the same
log, visit by visit and bit by bit. Nine conventions make that so; they belong to the model.

1. Address, not sequence. A random number belongs to (seed, replication, stream, source, attempt, serial
   number); no engine touches a generator.
2. One uniform, one variate, by inversion. Arrivals are unit-rate Poisson times sent through the inverse
   cumulative rate.
3. Early numbers, late decisions. A uniform is fixed at birth and compared when the time comes.
4. Whole ticks. Time is int64 milliseconds; a duration is rounded once and lasts at least one tick.
5. Events are totally ordered by (tick, rank, number): a change of staffing (number = station) comes before
   completions, these before abandonments, these before reviews, at which a waiting visit takes another place,
   these before visits that become ready (number = ticket, of a co-handler's part one further on by the number
   of tickets). A caller whose patience ends on the tick at which an agent is freed is served.
6. Greedy start. After each event a station starts waiting visits while an agent is free, in the order
   (priority, since, number).
7. Staffing is a step function of interchangeable agents. When it falls, agents finish what they hold, in
   overtime, and then leave. Overtime counts against the level: an agent is free only while fewer are busy
   than the level says, so whoever still works off a call of the last shift fills a place of the next one.
8. One horizon. What would happen after it does not happen; open visits stay in the log without an end.
9. One log, one sort: rows are ordered by (ticket, ready, attempt, station, stage, unit).

Visits without a station wait for nobody: they start when they are ready. Of several handlers of a ticket the
last one gives the reply, by the order of events.
"""
