"""TU and TR -> lesions, their measurements, and scans that were not done."""

import polars as pl

from headway.ingest.sdtm.days import iso
from headway.ingest.sdtm.domains import Domains, Part, not_mapped
from headway.ingest.sdtm.readers import evaluator
from headway.record.columns import PROVENANCE
from headway.record.findings import ROW
from headway.record.words import sentence

LESION = ["patient_id", "lesion_id", "evaluator"]
SCAN = ["patient_id", "evaluator", "date"]

# Which diameter counts, best first: DIAMETER is the one that the reader put in the sum; else RECIST's own
# choice (R1.8), where the short axis of a node is LPERP.
NODE_SIZES = ["DIAMETER", "LPERP", "LDIAM"]
OTHER_SIZES = ["DIAMETER", "LDIAM", "LPERP"]
STATES = ["TUMSTATE", "LNSTATE"]
# Computed from the lesions, which are here themselves: the sums, and their changes.
DERIVED = r"^(SUM|ACBSD$|ACNSD$|PCBSD$|PCNSD$)"

# What TUMSTATE and LNSTATE say, where it is not the record's own word.
STATUS = {
    "coalesced": "merged",
    "fused": "merged",
    "not assessable": "not evaluable",
    "non-evaluable": "not evaluable",
    "pathological": "present",
    "non-pathological": "absent",
    "unequivocal increase": "unequivocal progression",
}


def tumours(domains: Domains) -> Part:
    """Each lesion once per reader, and what each reader saw of it on each scan."""
    part = Part()
    identified = _identified(domains, part)
    results = _results(domains, part)
    lesions = _lesions(identified, results)
    known = lesions.select(*LESION, "role", "lymph_node")
    sizes = _of_lesions(results, part).drop("role").join(known, on=LESION, how="left", nulls_equal=True)
    seen = _seen(sizes)
    part.merged.append(_uncited(sizes, seen))
    part.tables = {
        "lesions": lesions,
        "measurements": seen.select(*LESION, "date", "diameter_mm", "status", *PROVENANCE),
        "assessments": _not_done(results),
    }
    return part


def _identified(domains: Domains, part: Part) -> pl.DataFrame:
    """TU: one row per lesion as it was first identified; what later visits repeat is merged."""
    variables = ["LNKID", "TESTCD", "STRESC", "ORRES", "LOC", "EVAL", "EVALID", "DTC", "PREVIR", "PREVIRP"]
    rows = domains.rows("TU", *variables).with_columns(evaluator(), _role(pl.coalesce("STRESC", "ORRES")))
    known = (pl.col("TESTCD").fill_null("TUMIDENT") == "TUMIDENT") & pl.col("role").is_not_null()
    known &= pl.col("LNKID").is_not_null()
    said = pl.concat_str("TESTCD", pl.coalesce("STRESC", "ORRES"), separator=" ", ignore_nulls=True)
    why = "tumour identification without a place in the record"
    part.problems.append(not_mapped("lesions", rows.filter(~known.fill_null(False)), "TU: " + said, why))
    lesions = rows.filter(known).rename({"LNKID": "lesion_id"}).sort("DTC", maintain_order=True)
    first = lesions.unique(LESION, keep="first", maintain_order=True)
    part.merged.append(_uncited(lesions, first))
    return first


def _uncited(rows: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
    """The rows that went into another one's table row: what is cited itself is not merged."""
    return rows.join(made.select(ROW), on=ROW, how="anti", nulls_equal=True)


def _role(text: pl.Expr) -> pl.Expr:
    """TARGET, NON-TARGET, NEW (also NEW TARGET, NEW NON-TARGET of iRECIST); anything else is no lesion."""
    plain = text.str.to_lowercase().str.replace("nontarget", "non-target")
    return (
        pl.when(plain.str.starts_with("new")).then(pl.lit("new"))
        .when(plain.str.starts_with("non-target")).then(pl.lit("non-target"))
        .when(plain.str.starts_with("target")).then(pl.lit("target"))
        .alias("role")
    )  # fmt: skip


def _results(domains: Domains, part: Part) -> pl.DataFrame:
    """TR: the rows that the record has a place for, each with its reader, scan day and role."""
    variables = ["LNKID", "TESTCD", "STRESC", "ORRES", "STRESU", "ORRESU", "STAT", "GRPID", "EVAL", "EVALID"]
    rows = domains.rows("TR", *variables, "DTC", "VISIT").with_columns(
        evaluator(), _role(pl.col("GRPID")), iso("DTC").alias("date"), pl.col("TESTCD").str.to_uppercase()
    ).rename({"LNKID": "lesion_id"})  # fmt: skip
    test, lesion = pl.col("TESTCD"), pl.col("lesion_id").is_not_null()
    known = test.is_in([*OTHER_SIZES, *STATES]) & lesion | test.str.contains(DERIVED) | _is_missed_scan()
    test = sentence("TR: test {}", test.fill_null("not named"))
    why = "tumour result without a place in the record"
    part.problems.append(not_mapped("measurements", rows.filter(~known.fill_null(False)), test, why))
    return rows.filter(known)


def _is_missed_scan() -> pl.Expr:
    return (pl.col("TESTCD") == "TRALL") & (pl.col("STAT") == "NOT DONE").fill_null(False)


def _of_lesions(results: pl.DataFrame, part: Part) -> pl.DataFrame:
    """The rows about single lesions. Sums and changes are merged into them, if their lesions are there."""
    derived = results.filter(pl.col("TESTCD").str.contains(DERIVED))
    single = results.filter(pl.col("TESTCD").is_in([*OTHER_SIZES, *STATES]))
    on = {"on": SCAN, "nulls_equal": True}
    alone = derived.join(single, how="anti", **on)
    part.merged.append(derived.join(single, how="semi", **on))
    test = sentence("TR: test {}", "TESTCD")
    part.problems.append(not_mapped("measurements", alone, test, "computed from lesions that are not there"))
    return single


def _lesions(identified: pl.DataFrame, results: pl.DataFrame) -> pl.DataFrame:
    """One row per lesion and reader: as TU identifies it, or as TR first mentions it."""
    named = results.filter(pl.col("lesion_id").is_not_null()).sort("date", maintain_order=True)
    unidentified = named.join(identified, on=LESION, how="anti", nulls_equal=True, maintain_order="left")
    mentioned = unidentified.unique(LESION, keep="first", maintain_order=True)
    both = pl.concat([identified, mentioned], how="diagonal")
    organ = pl.col("LOC").str.to_lowercase()
    return both.select(
        *LESION,
        *PROVENANCE,
        "role",
        organ=organ,
        lymph_node=organ.str.contains("lymph node|^nodes?$"),
        previously_irradiated="PREVIR",
        progressed_since_irradiation="PREVIRP",
    )


def _seen(sizes: pl.DataFrame) -> pl.DataFrame:
    """One row per lesion, scan and reader: the diameter that counts and the status.

    The row cites the result that it takes its size from, or else its status. A test that is there
    twice makes a second row, for the checks to find: which of the two is right is not for us to say.
    """
    ranked = sizes.with_columns(
        copy=pl.int_range(pl.len()).over([*LESION, "date", "TESTCD"]),
        rank=_rank(),
        state=pl.when(pl.col("TESTCD").is_in(STATES)).then(_state()),
    )
    scan = [*LESION, "date", "copy"]
    return ranked.sort("rank", maintain_order=True).group_by(scan, maintain_order=True).agg(
        diameter_mm=_size().first(),
        status=_status(),
        **{name: pl.col(name).first() for name in PROVENANCE},
    )  # fmt: skip


def _status() -> pl.Expr:
    """Not evaluable where nothing was done, else what was seen."""
    seen = pl.col("state").drop_nulls().first()
    return pl.when(_is_not_done().all()).then(pl.lit("not evaluable")).otherwise(seen)


def _rank() -> pl.Expr:
    """Which of a lesion's tests is the best: done before not done, the right diameter, then the state."""
    node, other = (_place([*sizes, *STATES]) for sizes in (NODE_SIZES, OTHER_SIZES))
    return pl.when("lymph_node").then(node).otherwise(other) + 10 * _is_not_done().cast(pl.Int8)


def _place(order: list[str]) -> pl.Expr:
    return pl.col("TESTCD").replace_strict({test: i for i, test in enumerate(order)}, return_dtype=pl.Int8)


def _is_not_done() -> pl.Expr:
    return (pl.col("STAT") == "NOT DONE").fill_null(False)


def _size() -> pl.Expr:
    """The size as text, with its unit unless that is mm; words ("TOO SMALL TO MEASURE") as they are."""
    value, unit = pl.coalesce("STRESC", "ORRES"), pl.coalesce("STRESU", "ORRESU").str.to_lowercase()
    is_size = pl.col("TESTCD").is_in(OTHER_SIZES) & ~_is_not_done()
    return pl.when(is_size & (unit != "mm")).then(sentence("{} {}", value, unit)).when(is_size).then(value)


def _state() -> pl.Expr:
    """The state in the record's words. UNEQUIVOCAL speaks of the lesion if it is new, else of its growth."""
    said = pl.coalesce("STRESC", "ORRES").str.to_lowercase()
    meant = said.replace(STATUS)
    grown = (meant == "unequivocal") & (pl.col("role") != "new")
    return pl.when(grown).then(pl.lit("unequivocal progression")).otherwise(meant)


def _not_done(results: pl.DataFrame) -> pl.DataFrame:
    """Scans that were missed as a whole (TRALL NOT DONE): assessments that were not done (R1.14)."""
    missed = results.filter(_is_missed_scan())
    return missed.select("patient_id", "date", "evaluator", *PROVENANCE, visit="VISIT", done=pl.lit("no"))
