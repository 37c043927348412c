"""Treatment sequences: the class of each line's regimen, line by line, and how they end (domain.md 9.9)."""

import polars as pl

from headway.derive.lines import CYTOTOXIC
from headway.derive.roles import ANTI_EGFR, ICI_CLASSES
from headway.record.figures_of_groups import SequenceSteps

PLATINUM = "platinum"
# What a regimen class is made of, in the order of its name; other classes follow under their own names.
FAMILIES = {"ICI": ICI_CLASSES, "anti-EGFR": (ANTI_EGFR,), "platinum": (PLATINUM,)}
SHORT = {"tyrosine kinase inhibitor": "TKI", "antibody-drug conjugate": "ADC"}
CHEMOTHERAPY = "chemotherapy"  # cytotoxic drugs, none of them platinum


def with_regimen_class(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Add what kind of treatment a line is.

    Takes:  lines with the list `classes`, as in `Lines`.
    Gives:  the same rows plus regimen_class. A taxane or antimetabolite beside platinum is not named; a drug
            that the drug table does not know is its own class.

    >>> lines = pl.LazyFrame({"classes": [["anti-EGFR antibody", "platinum", "taxane"], ["taxane"],
    ...                                   ["anti-PD-1", "CDK4/6 inhibitor"]]})
    >>> with_regimen_class(lines).collect()["regimen_class"].to_list()
    ['anti-EGFR + platinum', 'chemotherapy', 'ICI + CDK4/6 inhibitor']
    """
    cytotoxic = _has(CYTOTOXIC) & ~_has((PLATINUM,))
    known = [*(name for family in FAMILIES.values() for name in family), *CYTOTOXIC]
    others = pl.col("classes").list.set_difference(pl.lit(known)).list.unique().list.sort()
    named = others.list.join(" + ").str.replace_many(SHORT)
    parts = [
        *(pl.when(_has(classes)).then(pl.lit(name)) for name, classes in FAMILIES.items()),
        pl.when(cytotoxic).then(pl.lit(CHEMOTHERAPY)),
        pl.when(others.list.len() > 0).then(named),
    ]
    return lines.with_columns(regimen_class=pl.concat_str(parts, separator=" + ", ignore_nulls=True))


def _has(classes: tuple[str, ...]) -> pl.Expr:
    return pl.col("classes").list.set_intersection(pl.lit(list(classes))).list.len() > 0


def sequence_steps(
    lines: pl.LazyFrame, patients: pl.LazyFrame, setting: str | None = "palliative"
) -> pl.LazyFrame:
    """Each patient's lines of one setting, and how they end.

    Takes:  `Lines`; the record's patients (death_day, vital_status); a setting, or None for all lines.
    Gives:  `SequenceSteps`. After the last line a patient is dead, or has no further line so far; that death
            is of any cause, and may come long after.

    >>> lines = pl.LazyFrame({"patient_id": ["a", "a", "b"], "setting": ["palliative"] * 3,
    ...                       "line": [1, 2, 2], "setting_line": [1, 2, 1],
    ...                       "classes": [["platinum"], ["anti-PD-1"], ["taxane"]]})
    >>> patients = pl.LazyFrame({"patient_id": ["a", "b"], "death_day": [300, None],
    ...                          "vital_status": ["dead", "alive"]})
    >>> sequence_steps(lines, patients).collect()["what"].to_list()
    ['platinum', 'ICI', 'dead', 'chemotherapy', 'no further line']
    """
    chosen = lines if setting is None else lines.filter(pl.col("setting") == setting)
    number = pl.col("line" if setting is None else "setting_line").cast(pl.Int32)
    given = with_regimen_class(chosen).select(
        "patient_id", line=number, what="regimen_class", end=pl.lit(False)
    )
    dead = pl.col("death_day").is_not_null() | (pl.col("vital_status") == "dead").fill_null(False)
    ended = patients.select("patient_id", dead=dead)
    last = given.group_by("patient_id").agg(line=pl.col("line").max() + 1)
    ends = last.join(ended, on="patient_id", how="left").select(
        "patient_id",
        "line",
        what=pl.when("dead").then(pl.lit("dead")).otherwise(pl.lit("no further line")),
        end=pl.lit(True),
    )
    return pl.concat([given, ends]).select(SequenceSteps.column_names()).sort("patient_id", "line")
