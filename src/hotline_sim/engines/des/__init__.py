"""The hotline as a SimPy model, written to be read and traced."""
