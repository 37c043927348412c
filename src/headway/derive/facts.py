"""Facts that endpoints are made of: deaths, progressions, assessments, treatments, and proofs of life.

Each is a row of `Facts`: patient_id, fact, day, what (in words), and the source row it stands in. What
depends on the treatment that time zero belongs to is in derive/endpoints/treatment.py.
"""

from collections.abc import Collection

import polars as pl

from headway.derive.judgements import progressions
from headway.record.derived.endpoints import Facts
from headway.record.findings import ROW
from headway.record.record import Record
from headway.record.words import sentence

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
    ("assessments", "day", "scan"),
]
# The words by which a site of progression is told; "locoregional" is local and regional.
SITES = {"local": "local|loco", "regional": "regional|nod(e|al)", "distant": "distant|metasta"}


def facts(
    record: Record, judgements: pl.LazyFrame, wanted: Collection[str], *, cutoff_day: int | None = None
) -> pl.LazyFrame:
    """The wanted facts of the record, whatever the time zero.

    Takes:  the record, the responses of one reader (see judgements.py), names of facts, the data cut-off.
    Gives:  `Facts`; of the proofs of life of each patient those of the last day.
    Source: R5.1, R5.2.
    """
    # Before anything is concluded from them: an iUPD that is wiped out after the cut-off still stands.
    known = judgements if cutoff_day is None else judgements.filter(pl.col("day") <= cutoff_day)
    made = {
        "death": [_deaths(record)],
        **judged_facts(known),
        "missed": [_missed(record, judgements)],
        "local therapy": _local(record),
        "alive": [_last_of_each(until(pl.concat(_alive(record)), cutoff_day))],
    }
    parts = [part for name, parts in made.items() if name in wanted for part in parts]
    return until(pl.concat(parts), cutoff_day)


def until(facts: pl.LazyFrame, cutoff_day: int | None) -> pl.LazyFrame:
    """The facts up to the data cut-off; who was alive after it was alive on that day (R5.2)."""
    if cutoff_day is None:
        return facts
    alive, cutoff = pl.col("fact") == "alive", pl.lit(cutoff_day, pl.Int32)
    day = pl.when(alive).then(pl.min_horizontal("day", cutoff)).otherwise("day")
    return facts.with_columns(day=day).filter(pl.col("day") <= cutoff_day)


def fact(table: str, rows: pl.LazyFrame, name: str, day: str, what: pl.Expr) -> pl.LazyFrame:
    """The rows of a source table as one kind of fact; a row without that day is none."""
    return rows.filter(pl.col(day).is_not_null()).select(
        "patient_id",
        pl.lit(name).alias("fact"),
        pl.col(day).cast(pl.Int32).alias("day"),
        what.alias("what"),
        pl.lit(table).alias("source_table"),
        *ROW,
    )


def _deaths(record: Record) -> pl.LazyFrame:
    cause = pl.col("death_cause")
    what = pl.when(cause.is_null()).then(pl.lit("death")).otherwise(sentence("death ({})", cause))
    return fact("patients", record.table("patients"), "death", "death_day", what)


def judged_facts(judgements: pl.LazyFrame) -> dict[str, list[pl.LazyFrame]]:
    """Progressions, assessments and scans that could not be evaluated; they cite their own table.

    A progression that no scan shows is "clinical progression", and no assessment of the tumour (5.2).
    """
    shown, progressed = ~pl.col("clinical"), progressions(judgements)
    not_evaluable = (pl.col("response") == "NE").fill_null(False)
    named = {
        "progression": progressed.filter(shown),
        "clinical progression": progressed.filter("clinical"),
        "assessed": judgements.filter(shown, ~not_evaluable),
        "not evaluable": judgements.filter(shown, not_evaluable),
    }
    for site, words in SITES.items():
        there = pl.col("site").str.to_lowercase().str.contains(words)
        named[f"{site} progression"] = progressed.filter(shown, pl.col("site").is_not_null()).filter(there)
    return {name: [_judged(rows, name)] for name, rows in named.items()}


def _judged(judgements: pl.LazyFrame, name: str) -> pl.LazyFrame:
    return judgements.select("patient_id", pl.lit(name).alias("fact"), "day", "what", "source_table", *ROW)


def _missed(record: Record, judgements: pl.LazyFrame) -> pl.LazyFrame:
    """Scans that were missed by the reader who counts, or by no reader in particular."""
    missed = record.table("assessments").filter(~pl.col("done"))
    own = missed.join(judgements.select("evaluator").unique(), on="evaluator", how="semi")
    of_nobody = missed.filter(pl.col("evaluator").is_null())
    return fact("assessments", pl.concat([own, of_nobody]), "missed", "day", pl.lit("missed scan"))


def _local(record: Record) -> list[pl.LazyFrame]:
    courses = sentence("radiotherapy{}", _detail("site"))
    operations = pl.col("procedure").fill_null("procedure")
    return [
        fact("radiotherapy", record.table("radiotherapy"), "local therapy", "start_day", courses),
        fact("procedures", record.table("procedures"), "local therapy", "day", operations),
    ]


def _detail(column: str) -> pl.Expr:
    return pl.when(pl.col(column).is_not_null()).then(sentence(", {}", column)).otherwise(pl.lit(""))


def _alive(record: Record) -> list[pl.LazyFrame]:
    """Proofs of life: last_alive_date where the site gives it, else every contact of the patient.

    The date that the site vouches for is not extended by a later contact: the two contradict each
    other, which is a finding, and only the site can say which is wrong.
    """
    patients = record.table("patients")
    stated = fact("patients", patients, "alive", "last_alive_day", pl.lit("as recorded"))
    unstated = patients.filter(pl.col("last_alive_day").is_null()).select("patient_id")
    rows = {table: record.table(table) for table, _, _ in CONTACTS}
    rows["assessments"] = rows["assessments"].filter(pl.col("done").fill_null(True))
    seen = [
        fact(table, rows[table].join(unstated, on="patient_id", how="semi"), "alive", day, pl.lit(what))
        for table, day, what in CONTACTS
    ]
    return [stated, *seen]


def _last_of_each(facts: pl.LazyFrame) -> pl.LazyFrame:
    """The facts of the last day of each patient."""
    last = facts.group_by("patient_id").agg(pl.col("day").max())
    return facts.join(last, on=["patient_id", "day"], how="semi")


def response_facts(best: pl.LazyFrame, judgements: pl.LazyFrame, *, confirmed: bool = False) -> pl.LazyFrame:
    """The first CR or PR of each patient, as the fact "response".

    Takes:  `BestResponses` of the reader whose judgements these are.
    Source: R1.43, R1.44: the first scan that shows it, not the one that confirms it.
    """
    day = "confirmed_response_day" if confirmed else "response_day"
    first = best.drop_nulls(day).select("patient_id", "evaluator", day=pl.col(day).cast(pl.Int32))
    rows = judgements.join(first, on=["patient_id", "evaluator", "day"], how="semi")
    return _judged(rows, "response").select(Facts.column_names())


def baseline_facts(record: Record, baselines: pl.LazyFrame, starts: pl.LazyFrame) -> pl.LazyFrame:
    """Patients without any tumour assessment at or before time zero, as the fact "no baseline" (P1).

    Takes:  a record with lesions, `Baselines` of the one reader, starts (patient_id, start_day).
    Gives:  `Facts`, none if the record holds no measurements: then nobody knows who had a baseline.
    """
    start = starts.drop_nulls("start_day")
    if not record.has("measurements"):
        start = start.clear()
    targets = baselines.filter(pl.col("targets") > 0).select("patient_id")
    others = record.table("lesions").filter(pl.col("role") == "non-target").select("patient_id", "lesion_id")
    seen = record.table("measurements").join(others, on=["patient_id", "lesion_id"], how="semi")
    seen = seen.join(start, on="patient_id").filter(pl.col("day") <= pl.col("start_day"))
    have = pl.concat([targets, seen.select("patient_id")])
    without = start.join(have, on="patient_id", how="anti").with_columns(
        **dict.fromkeys(ROW[:2], pl.lit(None, pl.String)), source_line=pl.lit(None, pl.Int64)
    )
    what = pl.lit("no lesion was measured at or before time zero")
    return fact("measurements", without, "no baseline", "start_day", what)
