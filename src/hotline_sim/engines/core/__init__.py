"""The compiled core: the same log as the SimPy model, a hundred times faster."""
