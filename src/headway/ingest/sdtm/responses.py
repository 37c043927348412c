"""RS -> assessments: the responses that somebody reported, one row per visit, reader and criteria."""

import polars as pl

from headway.ingest.sdtm.days import iso
from headway.ingest.sdtm.domains import Domains, Part, not_mapped
from headway.ingest.sdtm.readers import evaluator
from headway.record.columns import PROVENANCE
from headway.record.findings import ROW, problems
from headway.record.tables.disease import RESPONSE_SYNONYMS, RESPONSES
from headway.record.words import sentence

RESPONSE_OF = {
    "OVRLRESP": "reported_response",
    "TRGRESP": "reported_target_response",
    "NTRGRESP": "reported_non_target_response",
}
# An equivocal new lesion is not one yet (R1.21): nothing is reported then.
NEW_LESION = {"UNEQUIVOCAL": "yes", "Y": "yes", "N": "no", "NONE": "no"}
NEW_LESION_TESTS = ["NEWLPROG", "NEWLIND"]
WHOLE = ["RSALL", "OVRLRESP"]
VISIT = ["patient_id", "date", "evaluator", "criteria"]
_KNOWN = [word.lower() for word in [*RESPONSES, *RESPONSE_SYNONYMS]]


def responses(domains: Domains) -> Part:
    """What was reported at each visit by each reader; a test or word without a place is a finding."""
    variables = ["TESTCD", "STRESC", "ORRES", "CAT", "EVAL", "EVALID", "STAT", "DTC", "VISIT"]
    rows = domains.rows("RS", *variables).with_columns(
        evaluator(), date=iso("DTC"), criteria="CAT", value=pl.coalesce("STRESC", "ORRES")
    )
    test = pl.col("TESTCD")
    mapped = test.is_in([*RESPONSE_OF, *NEW_LESION_TESTS, "RSALL"]).fill_null(False)
    strange = test.is_in(list(RESPONSE_OF)) & ~pl.col("value").str.to_lowercase().is_in(_KNOWN)
    used = rows.filter(mapped & ~strange.fill_null(False))
    named = sentence("RS: test {}", test.fill_null("not named"))
    why = "response result without a place in the record"
    visits = _visits(used)
    return Part(
        tables={"assessments": visits},
        merged=[used.join(visits, on=ROW, how="anti", nulls_equal=True)],
        problems=[
            not_mapped("assessments", rows.filter(~mapped), named, why),
            _strange(rows.filter(mapped & strange)),
        ],
    )


def _visits(used: pl.DataFrame) -> pl.DataFrame:
    """One row per visit; a test that is there twice makes a second row, for the checks to find."""
    order = pl.col("TESTCD").replace_strict({test: i for i, test in enumerate(RESPONSE_OF)}, default=9)
    copies = used.with_columns(copy=pl.int_range(pl.len()).over([*VISIT, "TESTCD"]), order=order)
    return copies.sort("order", maintain_order=True).group_by([*VISIT, "copy"], maintain_order=True).agg(
        *(_of(test).alias(column) for test, column in RESPONSE_OF.items()),
        reported_new_lesion=_new_lesion(),
        done=pl.when(_not_done().any()).then(pl.lit("no")),
        visit=pl.col("VISIT").first(),
        **{name: pl.col(name).first() for name in PROVENANCE},
    ).drop("copy")  # fmt: skip


def _of(test: str) -> pl.Expr:
    return pl.col("value").filter(pl.col("TESTCD") == test).first()


def _new_lesion() -> pl.Expr:
    said = pl.col("value").filter(pl.col("TESTCD").is_in(NEW_LESION_TESTS)).str.to_uppercase()
    answers = said.replace_strict(NEW_LESION, default=None, return_dtype=pl.String)
    return pl.when((answers == "yes").any()).then(pl.lit("yes")).otherwise(answers.drop_nulls().first())


def _not_done() -> pl.Expr:
    """The visit as a whole was not done. A response NE with NOT DONE was judged, and is one."""
    no_answer = pl.col("value").is_null() & (pl.col("STAT") == "NOT DONE").fill_null(False)
    return no_answer & pl.col("TESTCD").is_in(WHOLE)


def _strange(rows: pl.DataFrame) -> pl.DataFrame:
    """Words that are no response: set aside here, so that the visit keeps its other results."""
    return problems(
        "not-in-list", "assessments", rows, severity="error", column="reported_response",
        value=pl.col("value"), message=sentence("RS: {} is '{}', which is no response", "TESTCD", "value"),
        cause=pl.concat_str("TESTCD", "value", separator="|"), fix=f"Use one of: {', '.join(RESPONSES)}.",
    )  # fmt: skip
