"""What 12345 decides: what follows what, how long it takes, when it is due, who comes first.

Written once, called by every engine. Functions here are plain arithmetic on the network's tables and
on the numbers a ticket was born with; they know nothing of queues or clocks that run.
"""
