"""What patients were exposed to: drugs by class, and for how long (R4.17)."""

from collections.abc import Mapping, Sequence

import polars as pl

from headway.derive.lines import LineRules, LinesOfTherapy
from headway.derive.roles import ANTI_EGFR, ICI_CLASSES
from headway.knowledge.drugs import drugs as drug_table
from headway.knowledge.regimens import cycle_of_drug
from headway.record.derived.lines import ClassExposure, DoseIntensity, LineExposure

UNKNOWN_CLASS = "not in the drug table"
# What S1 sets side by side: a group of drugs by name, and its classes.
GROUPS = {"immune checkpoint inhibitor": ICI_CLASSES, ANTI_EGFR: (ANTI_EGFR,)}
Groups = Mapping[str, Sequence[str]]
_LINE = ["patient_id", "line"]
_DAYS = ["span_days", "gap_excluded_days", "dose_days"]


def drug_exposures(drugs: pl.LazyFrame) -> pl.LazyFrame:
    """The drug rows with the class and kind of each drug.

    Takes:  the record's drugs, one row per administration or interval.
    Gives:  the same rows plus drug_class ("not in the drug table" where the name is not known), kind and
            days (end - start + 1; null while the end is not known).
    Source: domain.md 4.2 (classes).
    """
    known = drug_table().lazy().select("drug", "drug_class", "kind", "immune_checkpoint_inhibitor")
    return drugs.join(known, on="drug", how="left", maintain_order="left").with_columns(
        pl.col("drug_class").fill_null(UNKNOWN_CLASS),
        days=pl.col("end_day") - pl.col("start_day") + 1,
    )


def line_exposure(found: LinesOfTherapy, groups: Groups = GROUPS) -> pl.LazyFrame:
    """Days of exposure to each group of drugs in each line that contains one of them.

    Takes:  derived lines; groups of classes by name. A line counts for every group that it contains.
    Gives:  `LineExposure`: span_days, the whole line; gap_excluded_days, days from a dose to the end of its
            cycle, counted once; dose_days, doses x cycle.
    Source: R4.17, with its options.
    """
    doses = _covered(_grouped(found.doses, groups), found)
    by_line = doses.group_by(*_LINE, "drugs").agg(
        gap_excluded_days=pl.col("newly_covered").sum(), dose_days=pl.col("cycles").sum()
    )
    lines = found.lines.select(*_LINE, "setting", span_days=pl.col("end_day") - pl.col("start_day") + 1)
    joined = by_line.join(lines, on=_LINE).with_columns(pl.col(_DAYS).cast(pl.Int32))
    return joined.select(LineExposure.column_names()).sort(*_LINE, "drugs")


def _grouped(doses: pl.LazyFrame, groups: Groups) -> pl.LazyFrame:
    """The doses once for each group that they belong to; drugs: its name."""
    members = [(group, drug_class) for group, classes in groups.items() for drug_class in classes]
    table = pl.LazyFrame(members, schema={"drugs": pl.String, "drug_class": pl.String}, orient="row")
    return doses.join(table, on="drug_class")


def _covered(doses: pl.LazyFrame, found: LinesOfTherapy) -> pl.LazyFrame:
    """Add cycles (days that the doses stand for) and newly_covered (days not covered by an earlier one)."""
    # An interval stands for a dose at its start and one after each cycle.
    number = (pl.col("last_day") - pl.col("start_day")) // pl.col("cycle_days") + 1
    covered_to = pl.min_horizontal(pl.col("last_day") + pl.col("cycle_days") - 1, "end_day")
    doses = doses.join(found.lines.select(*_LINE, "end_day"), on=_LINE).with_columns(
        cycle_days=_cycle(found.rules)
    )
    doses = doses.with_columns(cycles=number * pl.col("cycle_days"), covered_to=covered_to)
    group, order = [*_LINE, "drugs"], ["start_day", "covered_to"]
    before = pl.col("covered_to").cum_max().shift(1).over(group, order_by=order)
    first_new = pl.max_horizontal("start_day", before + 1)
    return doses.with_columns(newly_covered=(pl.col("covered_to") - first_new + 1).clip(0))


def _cycle(rules: LineRules) -> pl.Expr:
    return cycle_of_drug() if rules.cycle_days is None else pl.lit(rules.cycle_days, pl.Int32)


def cumulative_exposure(
    found: LinesOfTherapy, patients: pl.LazyFrame, groups: Groups = GROUPS
) -> pl.LazyFrame:
    """Days of exposure to each group over the whole R/M setting, one row per patient and group.

    Takes:  derived lines; the patients that count, whether exposed or not.
    Gives:  `ClassExposure`; a patient never exposed has 0 days and exposed false, and stays in the table.
    Source: R4.17; curative lines are left out.
    """
    by_line = line_exposure(found, groups).filter(pl.col("setting") != "curative")
    total = by_line.group_by("patient_id", "drugs").agg(pl.len().alias("lines"), pl.col(_DAYS).sum())
    everyone = patients.select("patient_id").join(pl.LazyFrame({"drugs": list(groups)}), how="cross")
    return (
        everyone.join(total, on=["patient_id", "drugs"], how="left")
        .with_columns(exposed=pl.col("lines").is_not_null())
        .with_columns(pl.col("lines", *_DAYS).fill_null(0))
        .select(ClassExposure.column_names())
        .sort("patient_id", "drugs")
    )


def dose_intensity(found: LinesOfTherapy) -> pl.LazyFrame:
    """Dose given per week of each drug of a line, by unit.

    Takes:  derived lines; only rows with a dose that stand for one administration are added up.
    Gives:  `DoseIntensity`; doses_not_known counts the other rows of that drug, so that a low intensity can
            be told from a gap in the record. Null units stay apart.
    Source: R4.17.
    """
    single = (pl.col("start_day") == pl.col("last_day")) & pl.col("dose").is_not_null()
    doses = found.doses.with_columns(single=single, cycle_days=_cycle(found.rules))
    unknown = doses.group_by(*_LINE, "drug").agg(doses_not_known=(~pl.col("single")).sum())
    first, last = pl.col("start_day").min(), pl.col("start_day").max()
    known = doses.filter("single").group_by(*_LINE, "drug", "dose_unit").agg(
        doses=pl.len(),
        total_dose=pl.col("dose").sum(),
        weeks=(last - first + pl.col("cycle_days").first()) / 7,
    )  # fmt: skip
    return (
        known.join(unknown, on=[*_LINE, "drug"])
        .with_columns(dose_per_week=pl.col("total_dose") / pl.col("weeks"))
        .select(DoseIntensity.column_names())
        .sort(*_LINE, "drug", "dose_unit")
    )
