"""Derived tables of times to event: the facts that they are made of, and the times."""

import dataframely as dy

DOCUMENTED = ["progression", "local progression", "regional progression", "distant progression"]
FACTS = [
    "death",
    *DOCUMENTED,  # on a scan; one with a known site is there twice, with and without it
    "clinical progression",  # without a scan that shows it
    "second progression",  # on the next line
    "response",  # CR or PR
    "assessed",  # adequately: a response other than NE
    "not evaluable",
    "missed",  # a scan that was planned and not done
    "no baseline",  # no tumour assessment at or before time zero
    "alive",
    "new therapy",  # the line after the treatment that time zero belongs to
    "later therapy",  # the line after that
    "local therapy",  # radiotherapy, surgery, ablation
    "treated",  # the last dose of the treatment that time zero belongs to
    "off treatment",  # the same dose, once it is known to be the last
    "stopped",  # the same, for a reason other than completion
    "stopped early",  # the same, for toxicity or another reason that is not progression
    "stopped for progression",
    "completed",  # the same, as planned
]


class Facts(dy.Schema):
    """One row per thing that an endpoint may use, and the row of the record in which it stands."""

    patient_id = dy.String()
    fact = dy.String(check=lambda column: column.is_in(FACTS))
    day = dy.Int32()
    what = dy.String()  # in words, for the reason
    source_table = dy.String(nullable=True)
    source_file = dy.String(nullable=True)
    source_sheet = dy.String(nullable=True)
    source_line = dy.Int64(nullable=True)


class TimesToEvent(dy.Schema):
    """One row per patient and endpoint: from time zero to the event or to where it is censored."""

    patient_id = dy.String()
    endpoint = dy.String()
    since = dy.String()
    start_day = dy.Int32(nullable=True)
    end_day = dy.Int32(nullable=True)
    days = dy.Float64(nullable=True)  # null: no time can be given, see reason
    event = dy.Bool(nullable=True)
    rule = dy.String()
    reason = dy.String()
    source_table = dy.String(nullable=True)
    source_file = dy.String(nullable=True)
    source_sheet = dy.String(nullable=True)
    source_line = dy.Int64(nullable=True)


class EndpointTimes(TimesToEvent):
    """The same by a named rule set. The source row tells the day that counts, the because row what decided:
    of a death after two missed assessments, the last scan before them, and the death."""

    rule_set = dy.String()
    cause = dy.String(nullable=True)  # what ended the time: the event, or a competing one; null: follow-up
    because_table = dy.String(nullable=True)
    because_file = dy.String(nullable=True)
    because_sheet = dy.String(nullable=True)
    because_line = dy.Int64(nullable=True)
