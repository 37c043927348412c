"""What a line means in the sequence around immunotherapy: ICI line, LCBI, SCAI (domain.md 4)."""

from dataclasses import dataclass

import polars as pl

from headway.derive.lines import CYTOTOXIC, LinesOfTherapy
from headway.record.derived.lines import LineRoles, Roles
from headway.record.words import sentence

# Blockade of PD-1, PD-L1 or CTLA-4, alone or in a bispecific (domain.md 4.2); not LAG-3, TIGIT or NKG2A.
PD1_CLASSES = (
    "anti-PD-1",
    "anti-PD-L1",
    "PD-1 x CTLA-4 bispecific",
    "PD-1 and CTLA-4 antibody mixture",
    "PD-L1 x CTLA-4 bispecific",
    "PD-1 x VEGF bispecific",
    "PD-1 x LAG-3 bispecific",
    "PD-1 x TIGIT bispecific",
    "PD-L1 x TGF-beta bifunctional antibody",
)
ICI_CLASSES = (*PD1_CLASSES, "anti-CTLA-4")
ANTI_EGFR = "anti-EGFR antibody"
CHEMOTHERAPY = (*CYTOTOXIC, ANTI_EGFR)

_LINE = ["patient_id", "line"]
_ORDINALS = {1: "1st", 2: "2nd", 3: "3rd"}


@dataclass(frozen=True)
class RoleRules:
    """What the vocabulary leaves open.

    salvage_after_progression   a second SCAI needs a PD on the first; else any later line will do
    beyond_days                 last dose at least so long after PD: treatment beyond progression
    """

    salvage_after_progression: bool = False
    beyond_days: int = 21


ROLE_RULES = RoleRules()


def line_roles(found: LinesOfTherapy, rules: RoleRules = ROLE_RULES) -> pl.LazyFrame:
    """The role of each line.

    Takes:  derived lines. Only palliative lines have a role.
    Gives:  `LineRoles`. SCAI: chemotherapy (a cytotoxic drug or an anti-EGFR antibody) without an ICI after
            the first ICI line. LCBI: the last such line before it.
    Source: domain.md 4, immune-line roles; R4.16 (cetuximab after radiotherapy only).
    """
    lines = found.lines.select(
        *_LINE, "setting", "start_day", "progression_day",
        immune_checkpoint_inhibitor=_has(ICI_CLASSES),
        chemotherapy=_has(CHEMOTHERAPY),
        anti_egfr=_has((ANTI_EGFR,)),
    )  # fmt: skip
    told = _salvage(_around_immunotherapy(lines), rules)
    told = told.with_columns(role=_role(), anti_egfr_before=_anti_egfr_before())
    return _beyond_progression(told, found, rules).select(LineRoles.column_names()).sort(_LINE)


def _has(classes: tuple[str, ...]) -> pl.Expr:
    return pl.col("classes").list.set_intersection(pl.lit(list(classes))).list.len() > 0


def _around_immunotherapy(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Add palliative, ici_line (the first of the patient) and what a line could be."""
    palliative = pl.col("setting") == "palliative"
    immune = palliative & pl.col("immune_checkpoint_inhibitor")
    plain = palliative & pl.col("chemotherapy") & ~pl.col("immune_checkpoint_inhibitor")
    ici = pl.col("line").filter(immune).min().over("patient_id")
    return lines.with_columns(palliative=palliative, plain=plain, immune=immune, ici_line=ici).with_columns(
        lcbi_line=pl.col("line")
        .filter("plain", pl.col("line") < pl.col("ici_line"))
        .max()
        .over("patient_id"),
        after_ici=(pl.col("plain") & (pl.col("line") > pl.col("ici_line"))).fill_null(False),
    )


def _salvage(lines: pl.LazyFrame, rules: RoleRules) -> pl.LazyFrame:
    """Add salvage: 1, 2, … along the lines of chemotherapy after immunotherapy."""
    counts = pl.col("after_ici")
    if rules.salvage_after_progression:
        # The first counts as it is; each later one only if the salvage line before it progressed.
        before = pl.when("after_ici").then(pl.col("progression_day").is_not_null())
        progressed = before.forward_fill().shift(1).over("patient_id", order_by="line")
        counts = counts & progressed.fill_null(True)
    lines = lines.with_columns(counts=counts)
    number = pl.col("counts").cast(pl.Int32).cum_sum().over("patient_id", order_by="line")
    return lines.with_columns(salvage=pl.when("counts").then(number))


def _role() -> pl.Expr:
    ordinal = pl.col("salvage").replace_strict(
        _ORDINALS, default=sentence("{}th", "salvage"), return_dtype=pl.String
    )
    return (
        pl.when("immune").then(pl.lit("ICI"))
        .when(pl.col("line") == pl.col("lcbi_line")).then(pl.lit("LCBI"))
        .when(pl.col("salvage").is_not_null()).then(sentence("{} SCAI", ordinal))
    )  # fmt: skip


def _anti_egfr_before() -> pl.Expr:
    """Whether an anti-EGFR antibody was given before, and in which setting (R4.16).

    With curative intent it is given with radiotherapy.
    """
    palliative = pl.col("anti_egfr") & (pl.col("setting") != "curative")
    curative = pl.col("anti_egfr") & (pl.col("setting") == "curative")
    before, with_rt = (
        given.cum_max().shift(1).over("patient_id", order_by="line").fill_null(False)
        for given in (palliative, curative)
    )
    return (
        pl.when(~pl.col("anti_egfr")).then(None)
        .when(before).then(pl.lit("palliative"))
        .when(with_rt).then(pl.lit("with radiotherapy only"))
        .otherwise(pl.lit("never"))
    )  # fmt: skip


def _beyond_progression(roles: pl.LazyFrame, found: LinesOfTherapy, rules: RoleRules) -> pl.LazyFrame:
    """Add how long the line (in an ICI line: the ICI) went on after its PD (domain.md 2)."""
    last = found.drugs.group_by(_LINE).agg(
        last_dose=pl.col("last_day").max(),
        last_ici=pl.col("last_day").filter(pl.col("drug_class").is_in(ICI_CLASSES)).max(),
    )
    beyond = pl.coalesce("last_ici", "last_dose") - pl.col("progression_day")
    return roles.join(last, on=_LINE, how="left").with_columns(
        days_beyond_progression=pl.when(beyond > 0).then(beyond),
        treated_beyond_progression=(beyond >= rules.beyond_days).fill_null(False),
    )


def roles(lines: pl.LazyFrame, patients: pl.LazyFrame) -> pl.LazyFrame:
    """The lines that a study anchors on, one row per patient.

    Takes:  `LineRoles`; the record's patients.
    Gives:  `Roles`; null where the patient has no such line (LCBI: not applicable if the ICI came first).
    """
    picked = {"ici": "ICI", "lcbi": "LCBI", "scai1": "1st SCAI", "scai2": "2nd SCAI"}
    of_role = [
        pl.col(column).filter(pl.col("role") == role).min().alias(f"{name}_{said}")
        for name, role in picked.items()
        for column, said in (("line", "line"), ("start_day", "day"))
    ]
    ici, first_salvage = pl.col("role") == "ICI", pl.col("line").filter(pl.col("salvage") == 1).min()
    found = lines.group_by("patient_id").agg(
        *of_role,
        first_line_day=pl.col("start_day").filter(pl.col("setting") == "palliative").min(),
        ici_lines=ici.sum(),
        last_ici_line_before_scai1=pl.col("line").filter(ici & (pl.col("line") < first_salvage)).max(),
    )
    return (
        patients.select("patient_id")
        .join(found, on="patient_id", how="left")
        .with_columns(pl.col("ici_lines").fill_null(0))
        .select(Roles.column_names())
        .sort("patient_id")
    )
