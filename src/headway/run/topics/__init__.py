"""The topics of a report, in the order in which it shows them."""

from headway.run.topics import (
    comparison,
    disease_state,
    exposure,
    failure,
    flow,
    local_control,
    multiplicity,
    paired,
    patients,
    published,
    quality_of_life,
    response,
    sequences,
    survival,
    swimmer,
    timing,
    toxicity,
    treatment,
)
from headway.run.topics.topic import Made, Topic, together

TOPICS: tuple[Topic, ...] = (
    flow.TOPIC,
    patients.TOPIC,
    treatment.TOPIC,
    sequences.TOPIC,
    exposure.TOPIC,
    response.TOPIC,
    swimmer.TOPIC,
    survival.TOPIC,
    comparison.TOPIC,
    multiplicity.TOPIC,
    timing.TOPIC,
    paired.TOPIC,
    failure.TOPIC,
    local_control.TOPIC,
    disease_state.TOPIC,
    quality_of_life.TOPIC,
    toxicity.TOPIC,
    published.TOPIC,
)

__all__ = ["TOPICS", "Made", "Topic", "together"]
