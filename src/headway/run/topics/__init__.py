"""The topics of a report, in the order in which it shows them."""

from headway.run.topics import (
    failure,
    flow,
    patients,
    response,
    survival,
    toxicity,
    treatment,
)
from headway.run.topics.topic import Made, Topic, together

TOPICS: tuple[Topic, ...] = (
    flow.TOPIC,
    patients.TOPIC,
    treatment.TOPIC,
    response.TOPIC,
    survival.TOPIC,
    failure.TOPIC,
    toxicity.TOPIC,
)

__all__ = ["TOPICS", "Made", "Topic", "together"]
