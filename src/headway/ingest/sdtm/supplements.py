"""Supplemental qualifiers: SUPP-- rows as columns of the rows that they qualify."""

from collections.abc import Mapping

import polars as pl

from headway.ingest.sdtm.domains import Part, without_fact
from headway.record.findings import ROW, problems
from headway.record.words import sentence

# The qualifiers that the record has a place for (SDTMIG 3.2, example of SUPPTU); by parent domain.
USED = {"TU": ["PREVIR", "PREVIRP"]}


def supplemented(frames: Mapping[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], Part]:
    """The parent domains with their qualifiers as columns, without the SUPP-- frames.

    A qualifier is to its row what a column is: a row of SUPP-- goes into its parent, and a
    qualifier without a place in the record is one warning, as an unknown column is.
    """
    part = Part()
    parents = {code: frame for code, frame in frames.items() if not code.startswith("SUPP")}
    for name in sorted(set(frames) - set(parents)):
        code = name.removeprefix("SUPP")
        given = _qualifiers(frames[name])
        if code in parents:
            parents[code] = _joined(parents[code], given, USED.get(code, []))
        known, orphans = _by_parent(given, parents.get(code))
        part.merged.append(known)
        part.problems += [_unused(code, known), _orphaned(code, orphans)]
    return parents, part


def _qualifiers(frame: pl.DataFrame) -> pl.DataFrame:
    wanted = ["USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL"]
    given = [pl.col(name) if name in frame.columns else pl.lit(None).alias(name) for name in wanted]
    return frame.select(*(column.cast(pl.String) for column in given), *ROW)


def _value(name: str) -> pl.Expr:
    """A key as text, whether it was a number or not: 1, 1.0 and "1" are one."""
    return pl.col(name).cast(pl.String).str.replace(r"\.0+$", "")


def _joined(parent: pl.DataFrame, given: pl.DataFrame, used: list[str]) -> pl.DataFrame:
    for (idvar, qnam), rows in given.filter(pl.col("QNAM").is_in(used)).group_by("IDVAR", "QNAM"):
        key = [] if idvar is None else [_value(str(idvar))]
        values = rows.unique(["USUBJID", "IDVARVAL"], keep="first").select(
            "USUBJID", *([_value("IDVARVAL").alias("_key")] if key else []), pl.col("QVAL").alias("_value")
        )
        on = ["USUBJID", "_key"] if key else ["USUBJID"]
        keyed = parent.with_columns(*(k.alias("_key") for k in key))
        already = [pl.col(str(qnam))] if qnam in parent.columns else []
        parent = (
            keyed.join(values, on=on, how="left", maintain_order="left")
            .with_columns(pl.coalesce(*already, "_value").alias(str(qnam)))
            .drop("_value", "_key", strict=False)
        )
    return parent


def _by_parent(given: pl.DataFrame, parent: pl.DataFrame | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of SUPP-- whose parent row is there, and those whose is not."""
    if parent is None:
        return given.clear(), given
    there = [_there(rows, idvar, parent) for (idvar,), rows in given.group_by("IDVAR", maintain_order=True)]
    known = pl.concat([given.clear(), *there])
    return known, given.join(known.select(ROW), on=ROW, how="anti", nulls_equal=True)


def _there(rows: pl.DataFrame, idvar: object, parent: pl.DataFrame) -> pl.DataFrame:
    if idvar is None:
        return rows.join(parent.select("USUBJID"), on="USUBJID", how="semi")
    if idvar not in parent.columns:
        return rows.clear()
    keys = parent.select("USUBJID", _value(str(idvar)).alias("_key"))
    return rows.join(keys, left_on=["USUBJID", _value("IDVARVAL")], right_on=["USUBJID", "_key"], how="semi")


def _unused(code: str, known: pl.DataFrame) -> pl.DataFrame:
    unused = known.filter(~pl.col("QNAM").is_in(USED.get(code, [])))
    message = sentence(f"SUPP{code}: the qualifier {{}} has no place in the record and is not used", "QNAM")
    name = pl.col("QNAM")
    return problems("not-mapped", code, unused, message=message, column="QNAM", value=name, cause=name)


def _orphaned(code: str, orphans: pl.DataFrame) -> pl.DataFrame:
    named = orphans.rename({"USUBJID": "patient_id"})
    return without_fact(code, named, pl.lit(f"SUPP{code}"), f"it qualifies a row that {code} does not have")
