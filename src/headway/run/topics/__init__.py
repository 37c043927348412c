"""The topics of a report, in the order in which it shows them."""

from headway.run.topics import (
    exposure,
    failure,
    flow,
    paired,
    patients,
    published,
    response,
    survival,
    timing,
    toxicity,
    treatment,
)
from headway.run.topics.topic import Made, Topic, together

TOPICS: tuple[Topic, ...] = (
    flow.TOPIC,
    patients.TOPIC,
    treatment.TOPIC,
    exposure.TOPIC,
    response.TOPIC,
    survival.TOPIC,
    timing.TOPIC,
    paired.TOPIC,
    failure.TOPIC,
    toxicity.TOPIC,
    published.TOPIC,
)

__all__ = ["TOPICS", "Made", "Topic", "together"]
