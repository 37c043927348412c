"""Resistance to PD-1 blockade as a fact that a study may ask for (R4.18)."""

import polars as pl

from headway.derive.anchors import lines_of
from headway.derive.judgements import reported_judgements
from headway.derive.lines.settings import RULES
from headway.derive.resistance import pd1_resistance
from headway.record.record import Record
from headway.study import Study


def last_pd1_resistance(study: Study, record: Record, cutoff_day: int | None) -> pl.LazyFrame:
    """Resistance to the last line with a PD-1 or PD-L1 inhibitor, by SITC (patient_id, pd1_resistance).

    Gives:  the label of `Pd1Resistance`; a patient without such a line has no row. Responses are those that
            the record reports: of the time before enrolment there are often no lesions to derive them from.
    Source: R4.18.
    """
    reported = reported_judgements(record.table("assessments")).drop_nulls("response")
    own = study.criteria.evaluator
    seen = reported if own is None else reported.filter(pl.col("evaluator") == own)
    progressions = seen.filter(pl.col("response") == "PD").select("patient_id", "day")
    lines = lines_of(record, progressions, RULES[study.criteria.lines], cutoff_day=cutoff_day)
    found = pd1_resistance(lines, seen.select("patient_id", "day", "response"), time=record.time).collect()
    last = found.sort("patient_id", "line").group_by("patient_id", maintain_order=True).last()
    return last.lazy().select("patient_id", pd1_resistance="label")
