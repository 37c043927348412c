"""Lesions at baseline (docs/reference/response.md, "Baseline of a lesion"): there, in time, large enough.

Baseline of a target is its last size on or before the patient's first dose; without a dose, or when
the reader measured no target by then, its size on the first day on which the reader measured one.
"""

from collections.abc import Iterator

import polars as pl

from headway.record.checks.days import count, earliest, latest, said
from headway.record.checks.lesions import NOT_STATED, by_reader
from headway.record.findings import ROW, problems
from headway.record.record import Time, day_text
from headway.record.words import sentence

Tables = dict[str, pl.DataFrame]

MOST_DAYS_BEFORE = 28  # from baseline to the first dose, R1.7
LEAST_LESION, LEAST_NODE = 1000, 1500  # hundredths of a millimetre, R1.1 and R1.2
CURATIVE = ["curative", "induction", "concurrent", "adjuvant"]  # given before the disease that is followed
IDS = ["patient_id", "lesion_id"]
# A patient, and a lesion, as one reader sees them, each as one number.
CASE, PAIR, _MORE_THAN_READERS = "case", "pair", 1 << 24


def baselines(tables: Tables, time: Time) -> Iterator[pl.DataFrame]:
    """What is wrong with the baseline of targets, and new lesions that are not new."""
    measurements, lesions = tables.get("measurements"), tables.get("lesions")
    if measurements is None or lesions is None or measurements.is_empty():
        return
    followed = _numbered(lesions, measurements, _first_doses(tables))
    seen = _seen(measurements, followed)
    targets = seen.filter(pl.col("role") == "target")
    base = _baseline(targets.filter(pl.col("size").is_not_null()))
    at = _where_written(base, followed, measurements)
    yield from _too_small(at)
    yield from _out_of_time(at, _new_drugs(tables.get("drugs")), time)
    yield _without_baseline(followed, targets, base.filter(pl.col("size") > 0))
    yield _irradiated(followed, base, tables, time)
    yield _not_new(_where_written(_new_too_early(seen, base), followed, measurements), time)


def _first_doses(tables: Tables) -> pl.DataFrame:
    """The first dose of each patient that was not given with curative intent: dose_day, dose_imputed.

    Where the treatment of the study is radiotherapy, that is the first fraction (R1.7).
    """
    doses = pl.concat([_of_drugs(tables.get("drugs")), _of_ablation(tables)], how="vertical_relaxed")
    days = pl.col("dose_day", "dose_imputed").sort_by("dose_day", "dose_imputed").first()
    return doses.group_by("patient_id").agg(days)


def _no_doses() -> pl.DataFrame:
    return pl.DataFrame(schema={"patient_id": pl.String, "dose_day": pl.Int32, "dose_imputed": pl.String})


def _of_drugs(drugs: pl.DataFrame | None) -> pl.DataFrame:
    if drugs is None:
        return _no_doses()
    kept = drugs.filter(~pl.col("intent").is_in(CURATIVE).fill_null(False))
    return kept.select("patient_id", dose_day="start_day", dose_imputed="start_imputed")


def _of_ablation(tables: Tables) -> pl.DataFrame:
    """Ablative courses soon after enrolment: earlier and later ones belong to other treatments."""
    courses, patients = tables.get("radiotherapy"), tables.get("patients")
    if courses is None or patients is None:
        return _no_doses()
    enrolled = courses.join(patients.select("patient_id", "enrolment_day"), on="patient_id")
    days = pl.col("start_day") - pl.col("enrolment_day")
    own = enrolled.filter(pl.col("intent") == "ablative", days.is_between(0, MOST_DAYS_BEFORE))
    return own.select("patient_id", dose_day="start_day", dose_imputed="start_imputed")


def _numbered(lesions: pl.DataFrame, measurements: pl.DataFrame, first_doses: pl.DataFrame) -> pl.DataFrame:
    """Lesions with the first dose; lesion, patient and reader as numbers, which are cheap to compare."""
    names = pl.concat([lesions["evaluator"], measurements["evaluator"].unique()]).drop_nulls().unique()
    readers = pl.Enum([NOT_STATED, *sorted(set(names) - {NOT_STATED})])
    dosed = lesions.join(first_doses, on="patient_id", how="left", maintain_order="left")
    numbered = dosed.with_columns(
        pl.col("evaluator").cast(readers), patient=pl.col("patient_id").rank("dense")
    )
    return numbered.with_row_index("lesion")


def _seen(measurements: pl.DataFrame, followed: pl.DataFrame) -> pl.DataFrame:
    """Measurements of the lesions by the readers who follow them, with the size in mm/100, in numbers.

    A lesion with an evaluator is followed by that reader alone, one without by all who measure it.
    """
    reader = pl.col("evaluator").fill_null(NOT_STATED).cast(followed.schema["evaluator"])
    rows = measurements.lazy().select(
        *IDS, "day", at=pl.int_range(pl.len(), dtype=pl.UInt32), reader=reader, size=_size(), gone=_gone()
    )
    seen = rows.join(followed.lazy().select(*IDS, "lesion"), on=IDS).drop(IDS).collect()
    of_lesion = followed.select("patient", "evaluator", "role", "dose_day")[seen["lesion"]]
    whose = pl.col("evaluator").is_null() | (pl.col("evaluator") == pl.col("reader"))
    followed_by = pl.concat([seen, of_lesion], how="horizontal").filter(whose)
    readers = pl.col("reader").to_physical().cast(pl.Int64)
    return followed_by.with_columns(
        (pl.col("patient").cast(pl.Int64) * _MORE_THAN_READERS + readers).alias(CASE),
        (pl.col("lesion").cast(pl.Int64) * _MORE_THAN_READERS + readers).alias(PAIR),
    )


def _size() -> pl.Expr:
    status = pl.col("status")
    return (
        pl.when(status == "not evaluable")
        .then(None)
        .when(pl.col("diameter_mm").is_not_null())
        .then((pl.col("diameter_mm") * 100).round().cast(pl.Int32))
        .when(status.is_in(["absent", "merged"]))
        .then(0)
        .when(status == "too small to measure")  # R1.10
        .then(500)
    )


def _gone() -> pl.Expr:
    return pl.col("status").is_in(["absent", "not evaluable"]).fill_null(False)


def _baseline(rows: pl.DataFrame) -> pl.DataFrame:
    """Per lesion and reader the last row by the first dose, else the one of the reader's first day."""
    by_dose = rows.filter(pl.col("day") <= pl.col("dose_day"))
    rest = rows.join(by_dose, on=CASE, how="anti")
    last = by_dose.filter(pl.col("day") == pl.col("day").max().over(PAIR))
    return pl.concat([last, rest.filter(pl.col("day") == pl.col("day").min().over(CASE))])


def _where_written(seen: pl.DataFrame, followed: pl.DataFrame, measurements: pl.DataFrame) -> pl.DataFrame:
    """The same with the names of patient, lesion and reader, and where each measurement stands."""
    written = measurements[seen["at"]].select("imputed", "diameter_mm", *ROW)
    named = followed.select(*IDS, "lymph_node", "dose_imputed")[seen["lesion"]]
    return pl.concat([seen.cast({"reader": pl.String}), named, written], how="horizontal")


def _too_small(base: pl.DataFrame) -> Iterator[pl.DataFrame]:
    node = pl.col("lymph_node").fill_null(False)
    size = (pl.col("size") / 100).cast(pl.String).str.strip_suffix(".0")
    for rule, what, is_so, least in [
        ("target-too-small", "target", ~node, LEAST_LESION),
        ("target-node-too-small", "target lymph node", node, LEAST_NODE),
    ]:
        at = base.filter(is_so & (pl.col("size") > 0) & (pl.col("size") < least))
        words = (
            f"measurements: {what} {{}} is {{}} mm at baseline{{}}; at least {least // 100} mm is measurable"
        )
        message = sentence(words, "lesion_id", size, by_reader(pl.col("reader")))
        value = pl.coalesce(pl.col("diameter_mm").cast(pl.String), size)
        yield problems(rule, "measurements", at, message=message, column="diameter_mm", value=value)


def _new_drugs(drugs: pl.DataFrame | None) -> pl.DataFrame:
    """The days on which a patient was first given some drug."""
    if drugs is None:
        return pl.DataFrame(schema={"patient_id": pl.String, "new_drug_day": pl.Int32})
    first = drugs.group_by("patient_id", "drug").agg(new_drug_day=pl.col("start_day").min())
    return first.drop("drug")


def _out_of_time(base: pl.DataFrame, new_drugs: pl.DataFrame, time: Time) -> Iterator[pl.DataFrame]:
    before = earliest("dose_day") - latest("day")
    after = earliest("day") - latest("dose_day")
    early = base.filter(before > MOST_DAYS_BEFORE)
    late = _before_no_new_drug(base.filter(after > 0), new_drugs)
    yield _not_in_time("baseline-too-early", early, before, "before", time)
    yield _not_in_time("baseline-after-first-dose", late, after, "after", time)


def _before_no_new_drug(late: pl.DataFrame, new_drugs: pl.DataFrame) -> pl.DataFrame:
    """A record may follow a later line only: its baseline is after the first dose, but before a new drug."""
    waited = late.select("patient_id", "at", "day").join(new_drugs, on="patient_id")
    days = pl.col("new_drug_day") - pl.col("day")
    return late.join(waited.filter(days.is_between(0, MOST_DAYS_BEFORE)), on="at", how="anti")


def _not_in_time(rule: str, at: pl.DataFrame, days: pl.Expr, where: str, time: Time) -> pl.DataFrame:
    words = f"measurements: the baseline of {{}}{{}} on {{}} lies {{}} {where} the first dose ({{}})"
    of, day, dose = by_reader(pl.col("reader")), said("day", time), said("dose_day", time)
    message = sentence(words, "lesion_id", of, day, count(days), dose)
    cause = pl.concat_str("patient_id", "reader", separator="|")
    return problems(rule, "measurements", at, message=message, column="date", value=day, cause=cause)


def _without_baseline(followed: pl.DataFrame, seen: pl.DataFrame, base: pl.DataFrame) -> pl.DataFrame:
    targets = followed.filter(pl.col("role") == "target")
    unseen = targets.join(seen, on="lesion", how="anti")
    never = unseen.select("lesion", reader=pl.col("evaluator").fill_null(NOT_STATED))
    missed = seen.join(base, on=PAIR, how="anti").select("lesion", "reader").unique()
    at = targets.join(pl.concat([never, missed]).cast({"reader": pl.String}), on="lesion").sort(
        "lesion", "reader"
    )
    message = sentence(
        "lesions: target {} has no size at baseline{}", "lesion_id", by_reader(pl.col("reader"))
    )
    column, value = "lesion_id", pl.col("lesion_id")
    return problems("target-without-baseline", "lesions", at, message=message, column=column, value=value)


def _irradiated(followed: pl.DataFrame, base: pl.DataFrame, tables: Tables, time: Time) -> pl.DataFrame:
    """Targets in a course that started before their baseline, without progression since (R1.4)."""
    courses = _courses_of_lesions(tables)
    grown = pl.col("progressed_since_irradiation").fill_null(False)
    targets = followed.filter((pl.col("role") == "target") & ~grown)
    timed = targets.join(base.select("lesion", base_day="day"), on="lesion").join(
        courses, on=["patient_id", "lesion_id"]
    )
    at = timed.filter(latest("course_day") < pl.col("base_day")).sort("lesion", "course_day", "course_id")
    words = "lesions: target {} was irradiated on {} (course {}), before baseline, without progression since"
    message = sentence(words, "lesion_id", said("course_day", time), "course_id")
    column, value = "previously_irradiated", pl.col("previously_irradiated")
    return problems("target-irradiated", "lesions", at, message=message, column=column, value=value)


def _courses_of_lesions(tables: Tables) -> pl.DataFrame:
    if "irradiated_lesions" not in tables or "radiotherapy" not in tables:
        schema = {"patient_id": pl.String, "lesion_id": pl.String, "course_id": pl.String}
        return pl.DataFrame(schema=schema | {"course_day": pl.Int32, "course_imputed": pl.String})
    starts = {"course_day": "start_day", "course_imputed": "start_imputed"}
    courses = tables["radiotherapy"].select("patient_id", "course_id", **starts)
    lesions = tables["irradiated_lesions"].select("patient_id", "lesion_id", "course_id")
    return lesions.join(courses, on=["patient_id", "course_id"])


def _new_too_early(seen: pl.DataFrame, base: pl.DataFrame) -> pl.DataFrame:
    """New lesions seen no later than the baseline of the reader's targets, else of the non-targets."""
    there = ~pl.col("gone") & (pl.col("size") != 0).fill_null(True)
    new = seen.filter((pl.col("role") == "new") & there)
    others = seen.filter(pl.col("role") == "non-target").join(new, on=CASE, how="semi")
    without_target = _baseline(others.join(base, on=CASE, how="anti"))
    days = pl.concat([base, without_target]).group_by(CASE).agg(base_day=pl.col("day").max())
    return new.join(days, on=CASE).filter(pl.col("day") <= pl.col("base_day"))


def _not_new(at: pl.DataFrame, time: Time) -> pl.DataFrame:
    words = "measurements: new lesion {} is seen on {}, not after baseline ({})"
    message = sentence(words, "lesion_id", said("day", time), day_text("base_day", time))
    cause, value = pl.col(PAIR), said("day", time)
    rule, column = "new-lesion-at-baseline", "date"
    return problems(rule, "measurements", at, message=message, column=column, value=value, cause=cause)
