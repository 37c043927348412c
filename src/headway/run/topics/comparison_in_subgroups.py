"""A comparison within subgroups: hazard ratios, interaction, and the rows of the forest plot."""

import polars as pl

from headway.analyse.survival.cox.subgroups import levels_of, subgroup_hazard_ratios
from headway.analyse.survival.sample import Outcome
from headway.record.figures_of_groups import ALL, ForestRows
from headway.run.cohort import Cohort
from headway.run.topics.compared import Compared, heading_of


def part_of(other: str) -> str:
    return f"subgroups, {other}"


def in_subgroups(found: Compared, other: str) -> pl.DataFrame:
    """One group against the reference within each level of the subgroups."""
    outcome = Outcome(
        analysis=f"{found.name}, {part_of(other)}", population=found.population, strata=found.asked.strata
    )
    return subgroup_hazard_ratios(
        _pair(found, other), found.by, found.asked.subgroups, outcome=outcome, adjust=found.asked.adjust
    )


def _pair(found: Compared, other: str) -> pl.DataFrame:
    frame = found.against_reference()
    return frame.filter(pl.col(found.by).is_in([found.reference, other]))


def forest_frames(made: Cohort, found: Compared, rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """`ForestRows` of each group against the reference, by the name of the part; none without results."""
    parts = {other: rows.filter(analysis=f"{found.name}, {part_of(other)}") for other in found.others}
    return {
        f"{found.name}, {part_of(other)}": _forest(made, found, other, own)
        for other, own in parts.items()
        if "hazard ratio" in own["statistic"]
    }


def _forest(made: Cohort, found: Compared, other: str, rows: pl.DataFrame) -> pl.DataFrame:
    told = {(row["group"], row["statistic"]): row for row in rows.iter_rows(named=True)}
    needed = ["days", "event", *found.asked.strata, *found.asked.adjust]
    known = _pair(found, other).drop_nulls(needed)
    lines = [_line("all", ALL, found.population, told, found, other)]
    for factor in found.asked.subgroups:
        title = heading_of(made, factor)
        lines += [_line(f"{factor} {level}", title, level, told, found, other, factor)
                  for level in levels_of(known[factor])]  # fmt: skip
    return pl.DataFrame(
        [line | {"position": place} for place, line in enumerate(lines)],
        schema=ForestRows.create_empty().schema,
    )


def _line(
    label: str, factor: str, level: str, told: dict, found: Compared, other: str, interaction: str = ""
) -> dict:
    def counted(arm: str, statistic: str) -> int:
        return int(told[f"{label}, {arm}", statistic]["value"])

    arms = {"one": other, "other": found.reference}
    counts = {
        f"{what}_{arm}": counted(level, what)
        for arm, level in arms.items()
        for what in ("patients", "events")
    }
    ratio = told[label, "hazard ratio"]
    test = told.get((interaction, "p-value"))
    return {
        "factor": factor, "level": level, **counts,
        "patients": counts["patients_one"] + counts["patients_other"],
        "events": counts["events_one"] + counts["events_other"],
        "hazard_ratio": ratio["value"], "lower": ratio["lower"], "upper": ratio["upper"],
        "p_interaction": test["value"] if test else None, "note": ratio["note"],
    }  # fmt: skip
