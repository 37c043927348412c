"""Derived table of times to event."""

import dataframely as dy


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
