"""Several comparisons in one report: how many tests, and their p-values corrected for that (9.8)."""

import polars as pl

from headway.analyse.multiplicity import with_adjusted
from headway.record.results import Results
from headway.report.document import Section
from headway.report.sections import comparison as sections
from headway.run.cohort import Cohort
from headway.run.topics.compared import RATES, analysis_name, by_groups, compared_title
from headway.run.topics.topic import Made, Topic
from headway.study.parts import Comparison

TOGETHER = "comparisons together"


def _asked(made: Cohort) -> list[list[Comparison]]:
    found = by_groups(made)
    return [found] if len(found) > 1 else []


def _make(made: Cohort, asked: list[Comparison]) -> Made:
    # numba compiles at import: only a study that asks for comparisons waits.
    from headway.run.topics import comparison_of_responses, comparison_of_times

    tests: list[pl.DataFrame] = [Results.create_empty()]
    for one in asked:
        topic = comparison_of_responses if one.endpoint in RATES else comparison_of_times
        test = topic.main_test(made, one)
        tests.append(test.with_columns(analysis=pl.lit(TOGETHER), group=pl.lit(analysis_name(made, one))))
    return Made(with_adjusted(pl.concat(tests), "Holm"))


def _show(made: Cohort, asked: list[Comparison], all_made: Made) -> Section:
    titles = {analysis_name(made, one): compared_title(made, one) for one in asked}
    others = len(made.study.report.comparison) - len(asked)
    return sections.together(all_made.results.filter(analysis=TOGETHER), titles, others)


TOPIC = Topic(_asked, _make, _show)
