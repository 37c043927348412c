"""What captions of figures say of the data."""

from headway.record.record import show_day
from headway.run.cohort import Cohort


def data_cutoff(made: Cohort) -> str:
    """The data cut-off in words."""
    if made.cutoff_day is None:
        return "No data cut-off is set."
    return f"Data cut-off: {show_day(made.cutoff_day, made.record.time)}."
