"""The methods section: made from the rule sets and options that were used, and from nothing else."""

from headway import __version__
from headway.run.cohort import Cohort
from headway.run.methods.design import design, exposures, groups, populations, time_zero
from headway.run.methods.endpoints import endpoints, responses
from headway.run.methods.lines import lines
from headway.run.methods.statistics import statistics
from headway.run.topics import Made

__all__ = ["methods_text"]


def methods_text(cohort: Cohort, made: Made) -> list[str]:
    """The paragraphs, in the order in which a journal prints them; what was not used is not told."""
    paragraphs = [
        design(cohort),
        time_zero(cohort),
        populations(cohort),
        groups(cohort),
        exposures(cohort),
        lines(cohort),
        responses(cohort),
        endpoints(cohort),
        statistics(made.results["method"].unique().sort().to_list()),
        f"All derivations and analyses were made with Headway, version {__version__}.",
    ]
    return [said for said in paragraphs if said]
