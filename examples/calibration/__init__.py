"""Fitting the scenario of an example to its published results, and choosing whom of its patients it shows."""
