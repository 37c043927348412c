"""A cohort -> everything that its report draws from."""

from headway.run.cohort import Cohort
from headway.run.topics import TOPICS, Made, together


def analysed(cohort: Cohort) -> Made:
    """Derive and analyse all that the study asks for, in the order of the report."""
    return together([topic.make(cohort, asked) for topic in TOPICS for asked in topic.asked(cohort)])
