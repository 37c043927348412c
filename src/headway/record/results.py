"""What `analyse` writes and `report` draws: every number of a report is a row here."""

import dataframely as dy

ALL_PATIENTS = "all patients"  # the population of everybody who was used


class Results(dy.Schema):
    """One row per statistic, with its method and the patients behind it."""

    analysis = dy.String()  # what was asked: "OS since diagnosis"
    population = dy.String()  # who counted: "all patients"
    group = dy.String()  # "all", or the value of the grouping column
    statistic = dy.String()  # "median", "survival", "events", "patients", …
    at = dy.Float64(nullable=True)  # the time or level that the statistic belongs to
    value = dy.Float64(nullable=True)  # null: not reached, or not estimable (see note)
    lower = dy.Float64(nullable=True)
    upper = dy.Float64(nullable=True)
    unit = dy.String(nullable=True)
    n = dy.Int64()  # patients that the statistic is computed from
    method = dy.String()
    note = dy.String(nullable=True)  # why a value is not there: "not reached"
    patients = dy.List(dy.String())


class Curves(dy.Schema):
    """One row per step of a survival curve."""

    analysis = dy.String()
    group = dy.String()
    days = dy.Float64()
    survival = dy.Float64()
    lower = dy.Float64(nullable=True)
    upper = dy.Float64(nullable=True)
    at_risk = dy.Float64()
    events = dy.Float64()
    censored = dy.Float64()


class NumberedResults(Results):
    """Results of a whole report: `row` is the number by which tables and sentences name their source."""

    row = dy.UInt32()


class Contributions(dy.Schema):
    """One row per analysis (or group of it) and patient: what this patient gives to it, in words."""

    analysis = dy.String()
    group = dy.String(nullable=True)  # null: the same to every group of the analysis
    patient_id = dy.String()
    value = dy.String()  # "1,718 days, death"


class Stories(dy.Schema):
    """One row per thing that the record says of a patient, or that follows from it."""

    patient_id = dy.String()
    day = dy.Int32(nullable=True)
    end_day = dy.Int32(nullable=True)
    shown_day = dy.String()  # "2021-03-15", "day 56", "" where there is no day
    topic = dy.String()  # the table of the record, or "line of therapy", "response", "PFS since ici"
    derived = dy.Bool()  # false: stands in the record
    what = dy.String()
    reason = dy.String(nullable=True)  # of a derived fact
    source = dy.String(nullable=True)  # "drugs.csv, line 7"
