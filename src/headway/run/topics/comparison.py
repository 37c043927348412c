"""An endpoint between groups that patients are in from the start (domain.md 9.1 to 9.4, 9.8)."""

from headway.derive.endpoints import ENDPOINTS
from headway.report.document import Section
from headway.report.sections import comparison as sections
from headway.run.cohort import Cohort
from headway.run.rules import censoring
from headway.run.topics.compared import (
    RATES,
    analysis_name,
    by_groups,
    compared_title,
    heading_of,
    listed,
    title_of_group,
)
from headway.run.topics.topic import Made, Topic
from headway.study.parts import Comparison


def _make(made: Cohort, asked: Comparison) -> Made:
    # numba compiles at import: only a study that asks for a comparison waits.
    from headway.run.topics import comparison_of_responses, comparison_of_times

    topic = comparison_of_responses if asked.endpoint in RATES else comparison_of_times
    return topic.made_of(made, asked)


def _show(made: Cohort, asked: Comparison, all_made: Made) -> Section:
    analysis = sections.Compared(
        name=analysis_name(made, asked),
        title=compared_title(made, asked),
        endpoint=asked.endpoint if asked.endpoint in RATES else ENDPOINTS[asked.endpoint].title,
        by=title_of_group(made, str(asked.by)),
        stem=f"comparison_{1 + by_groups(made).index(asked)}",
        titles={name: heading_of(made, name) for name in (str(asked.by), *asked.adjust)},
        words={name: title_of_group(made, name) for name in (str(asked.by), *asked.adjust, *asked.strata)},
        adjusted_for=listed([title_of_group(made, name) for name in asked.adjust]) if asked.adjust else "",
        weights=asked.weights or "",
        strata=listed([title_of_group(made, name) for name in asked.strata]) if asked.strata else "",
    )
    if asked.endpoint in RATES:
        return sections.responses(all_made.results, analysis)
    return sections.times(
        all_made.results, all_made.curves, all_made.frames, analysis,
        censoring(made.study, made.record, asked),
    )  # fmt: skip


TOPIC = Topic(by_groups, _make, _show)
