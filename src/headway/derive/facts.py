"""Facts that endpoints are made of: deaths, progressions, assessments, and proofs of life.

Each is a row: patient_id, fact, day, what (in words), and the source row it stands in.
"""

import polars as pl

from headway.record.findings import ROW
from headway.record.record import Record

# Days on which a patient was alive because somebody saw or treated the patient, or took a sample. Ends of
# intervals are left out: they may be planned (R5.2).
CONTACTS = [
    ("drugs", "start_day", "drug given"),
    ("radiotherapy", "start_day", "radiotherapy started"),
    ("procedures", "day", "procedure"),
    ("measurements", "day", "scan measured"),
    ("labs", "day", "laboratory sample"),
    ("quality_of_life", "day", "questionnaire"),
    ("adverse_events", "start_day", "adverse event seen"),
]


def facts(record: Record, judgements: pl.LazyFrame) -> pl.LazyFrame:
    """All facts of the record that an endpoint may use.

    Takes: the record, and the responses of one reader (see judgements.py).
    Gives: patient_id, fact ("death", "progression", "assessed", "alive"), day, what, source_table,
    source_file, source_sheet, source_line.
    """
    progressed, adequate = pl.col("response") == "PD", (pl.col("response") != "NE").fill_null(True)
    return pl.concat(
        [
            _deaths(record),
            _judged(judgements, "progression", progressed),
            _judged(judgements, "assessed", adequate),  # domain.md 5.2: adequate is a response other than NE
            *_alive(record),
        ]
    )


def _fact(table: str, rows: pl.LazyFrame, fact: str, day: str, what: pl.Expr) -> pl.LazyFrame:
    return rows.filter(pl.col(day).is_not_null()).select(
        "patient_id",
        pl.lit(fact).alias("fact"),
        pl.col(day).alias("day"),
        what.alias("what"),
        pl.lit(table).alias("source_table"),
        *ROW,
    )


def _deaths(record: Record) -> pl.LazyFrame:
    cause = pl.col("death_cause")
    what = pl.when(cause.is_null()).then(pl.lit("death")).otherwise(pl.format("death ({})", cause))
    return _fact("patients", record.table("patients"), "death", "death_day", what)


def _judged(judgements: pl.LazyFrame, fact: str, which: pl.Expr) -> pl.LazyFrame:
    """Responses of the one reader that the study uses, as facts; they cite their own table."""
    rows = judgements.filter(which)
    return rows.select("patient_id", pl.lit(fact).alias("fact"), "day", "what", "source_table", *ROW)


def _done() -> pl.Expr:
    return pl.col("done").fill_null(True)


def _alive(record: Record) -> list[pl.LazyFrame]:
    """Proofs of life: last_alive_date where the site gives it, else every contact of the patient.

    The date that the site vouches for is not extended by a later contact: the two contradict each
    other, which is a finding, and only the site can say which is wrong.
    """
    patients = record.table("patients")
    stated = _fact("patients", patients, "alive", "last_alive_day", pl.lit("as recorded"))
    unstated = patients.filter(pl.col("last_alive_day").is_null()).select("patient_id")
    seen = [_fact(t, record.table(t), "alive", day, pl.lit(what)) for t, day, what in CONTACTS]
    scans = _fact("assessments", record.table("assessments").filter(_done()), "alive", "day", pl.lit("scan"))
    return [stated, *(contact.join(unstated, on="patient_id", how="semi") for contact in [*seen, scans])]
