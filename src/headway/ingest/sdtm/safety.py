"""AE -> adverse events, LB -> laboratory results."""

import polars as pl

from headway.ingest.sdtm.days import iso
from headway.ingest.sdtm.domains import Domains, Part, not_mapped, without_fact
from headway.record.columns import PROVENANCE
from headway.record.words import sentence

# What investigators write for the relation to treatment.
RELATED = {
    "related": "yes", "possible": "yes", "possibly related": "yes", "probable": "yes",
    "probably related": "yes", "definite": "yes", "definitely related": "yes", "not related": "no",
    "unrelated": "no", "unlikely": "no",
    "unlikely related": "no", "remote": "no", "none": "no", "not applicable": None, "unknown": None,
}  # fmt: skip


def safety(domains: Domains) -> Part:
    """Adverse events with grade or severity, and laboratory results that are numbers."""
    events, results = _adverse_events(domains), _labs(domains)
    tables = {**events.tables, **results.tables}
    return Part(tables=tables, problems=[*events.problems, *results.problems])


def _adverse_events(domains: Domains) -> Part:
    """AE with AETOXGR as grade and AESEV as severity, which is no grade: severe is not 3."""
    names = ["DECOD", "TERM", "TOXGR", "SEV", "SOC", "BODSYS", "STDTC", "ENDTC", "REL", "SER", "SDTH", "OUT"]
    return Part(tables={"adverse_events": _events(domains.rows("AE", *names))})


def _events(rows: pl.DataFrame) -> pl.DataFrame:
    relation = pl.col("REL").str.to_lowercase()
    died = (pl.col("SDTH") == "Y").fill_null(False) | (pl.col("OUT") == "FATAL").fill_null(False)
    survived = (pl.col("SDTH") == "N") | (pl.col("OUT") != "FATAL")
    return rows.select(
        "patient_id",
        *PROVENANCE,
        term=pl.coalesce("DECOD", "TERM").str.to_lowercase(),
        grade=pl.col("TOXGR").str.replace(r"(?i)^grade\s*", ""),
        severity=pl.col("SEV").str.to_lowercase(),
        soc=pl.coalesce("SOC", "BODSYS").str.to_lowercase(),
        start_date=iso("STDTC"),
        end_date=iso("ENDTC"),
        related=relation.replace(RELATED),
        serious="SER",
        fatal=pl.when(died).then(pl.lit("yes")).when(survived).then(pl.lit("no")),
    )


def _labs(domains: Domains) -> Part:
    """LB in standard units where they are given, else as measured. A number without a unit is a ratio: 1."""
    standard = ["STRESN", "STRESU", "STNRLO", "STNRHI"]
    original = ["ORRES", "ORRESU", "ORNRLO", "ORNRHI"]
    rows = domains.rows("LB", "TEST", "TESTCD", *standard, *original, "STAT", "DTC").with_columns(
        standard=pl.col("STRESN").cast(pl.Float64, strict=False),
        original=pl.col("ORRES").cast(pl.Float64, strict=False),
    )
    is_number = pl.coalesce("standard", "original").is_not_null()
    test = sentence("LB: {}", pl.coalesce("TEST", "TESTCD"))
    not_done = ~is_number & ((pl.col("STAT") == "NOT DONE").fill_null(False) | pl.col("ORRES").is_null())
    words = rows.filter(~is_number & ~not_done)
    return Part(
        tables={"labs": _numbers(rows.filter(is_number))},
        problems=[
            without_fact("labs", rows.filter(not_done), test, "not done, or without a result"),
            not_mapped("labs", words, test, "a result in words"),
        ],
    )


def _numbers(rows: pl.DataFrame) -> pl.DataFrame:
    standard = pl.col("standard").is_not_null()

    def of(standardised: str, as_measured: str) -> pl.Expr:
        return pl.when(standard).then(standardised).otherwise(as_measured)

    unit = of("STRESU", "ORRESU")
    return rows.select(
        "patient_id",
        *PROVENANCE,
        test=pl.coalesce("TEST", "TESTCD").str.to_lowercase(),
        date=iso("DTC"),
        value=of("standard", "original"),
        unit=pl.when(unit.str.to_uppercase() != "NO UNITS").then(unit).fill_null("1"),
        lower_limit=of("STNRLO", "ORNRLO").cast(pl.Float64, strict=False),
        upper_limit=of("STNRHI", "ORNRHI").cast(pl.Float64, strict=False),
    )
