"""Target lesions: not too many (R1.5), and none in an irradiated field that has not grown since (R1.4)."""

from collections.abc import Iterator

import polars as pl

from headway.record.findings import ROW, problems
from headway.record.record import Time
from headway.record.words import sentence

Tables = dict[str, pl.DataFrame]

MOST_TARGETS, MOST_IN_ORGAN = 5, 2
NOT_STATED = "not stated"  # the reader where no evaluator is given
_SIDES = r"\b(left|right|both|bilateral)\b"


def too_many_targets(tables: Tables, _time: Time) -> Iterator[pl.DataFrame]:
    """More than 5 targets, or more than 2 in an organ, of one patient and reader.

    The finding cites the first target over the limit, in the order of the file.
    """
    if "lesions" not in tables:
        return
    targets = _with_organ(tables["lesions"].filter(pl.col("role") == "target"))
    for rule, within, limit in [
        ("too-many-targets", ["patient_id"], MOST_TARGETS),
        ("too-many-targets-in-organ", ["patient_id", "organ_of_all"], MOST_IN_ORGAN),
    ]:
        # Patients within the limit over all readers are within it for each: only the others need readers.
        suspects = targets.drop_nulls("organ_of_all") if "organ_of_all" in within else targets
        many = suspects.group_by(within).len().filter(pl.col("len") > limit)
        if not many.is_empty():
            suspects = suspects.join(many, on=within, how="semi")
            yield _over_limit(rule, within, limit, _per_reader(suspects, tables.get("measurements")))


def _with_organ(lesions: pl.DataFrame) -> pl.DataFrame:
    named = ["organ", "lymph_node"]
    organs = lesions.select(named).unique().with_columns(organ_of_all=_organ())
    return lesions.join(organs, on=named, how="left", nulls_equal=True, maintain_order="left")


def _organ() -> pl.Expr:
    """The organ as R1.5 counts it: all lymph nodes are one, and so are both sides of a pair."""
    written = pl.col("organ").str.to_lowercase().str.replace_all(_SIDES, "").str.strip_chars(" ,;()-")
    node = pl.col("lymph_node").fill_null(False) | written.str.contains(r"lymph|\bnode")
    one = pl.when(node).then(pl.lit("lymph nodes")).otherwise(written.str.strip_suffix("s"))
    return pl.when(one != "").then(one)


def _per_reader(targets: pl.DataFrame, measurements: pl.DataFrame | None) -> pl.DataFrame:
    """The targets once per reader: the lesion's own, else whoever measured it, else nobody named."""
    own = targets.drop_nulls("evaluator").with_columns(reader="evaluator")
    shared = targets.filter(pl.col("evaluator").is_null())
    if measurements is None:
        return pl.concat([own, shared.with_columns(reader=pl.lit(NOT_STATED))])
    key = ["patient_id", "lesion_id"]
    measured = measurements.join(shared, on=key, how="semi")
    readers = measured.select(*key, reader=pl.col("evaluator").fill_null(NOT_STATED)).unique()
    of_patient = readers.select("patient_id", "reader").unique()
    unmeasured = shared.join(readers, on=key, how="anti").join(of_patient, on="patient_id", how="left")
    return pl.concat(
        [own, shared.join(readers, on=key), unmeasured.with_columns(pl.col("reader").fill_null(NOT_STATED))]
    )


def _over_limit(rule: str, within: list[str], limit: int, targets: pl.DataFrame) -> pl.DataFrame:
    group = [*within, "reader"]
    ordered = targets.sort(*ROW, nulls_last=True).with_columns(targets=pl.len().over(group))
    at = ordered.filter(pl.int_range(pl.len()).over(group) == limit)
    where = sentence(" in {}", "organ_of_all") if "organ_of_all" in within else pl.lit("")
    by = by_reader(pl.col("reader"))
    message = sentence(f"lesions: {{}} target lesions{{}}{{}}; at most {limit} count", "targets", where, by)
    # Cited by its row, so that two readers of the same lesions are one finding.
    return problems(rule, "lesions", at, message=message, column="role", value=pl.col("lesion_id"))


def by_reader(reader: pl.Expr) -> pl.Expr:
    """The reader in words, where one is named."""
    return pl.when(reader != NOT_STATED).then(sentence(" by {}", reader)).otherwise(pl.lit(""))


def irradiated_targets(tables: Tables, _time: Time) -> Iterator[pl.DataFrame]:
    """Targets in a field irradiated before, unless progression there is recorded."""
    if "lesions" in tables:
        targets = tables["lesions"].filter(pl.col("role") == "target")
        at = targets.filter(
            pl.col("previously_irradiated") & ~pl.col("progressed_since_irradiation").fill_null(False)
        )
        message = sentence(
            "lesions: target {} lies in an irradiated field without progression since", "lesion_id"
        )
        column, value = "previously_irradiated", pl.col("previously_irradiated")
        yield problems("target-irradiated", "lesions", at, message=message, column=column, value=value)
