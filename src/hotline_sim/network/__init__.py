"""The hotline in the words of queueing: stations, steps, probabilities and the chance of one replication."""
