"""Headway: from the record of a cohort to the results that its study publishes."""

__version__ = "0.1.0"
