"""EX, EC, CM and PR -> drugs, radiotherapy and procedures."""

import polars as pl

from headway.ingest.sdtm.days import iso
from headway.ingest.sdtm.domains import Domains, Part, not_mapped, without_fact
from headway.knowledge.drugs import drugs, recognise
from headway.record.columns import PROVENANCE
from headway.record.tables.treatment import DRUG_INTENTS, RADIOTHERAPY_INTENTS
from headway.record.words import sentence

VARIABLES = [
    "SEQ", "TRT", "DECOD", "CAT", "SCAT", "INDC", "INTENT", "DOSE", "DOSU", "STDTC", "ENDTC",
    "OCCUR", "STAT", "MOOD", "LOC", "METHOD",
]  # fmt: skip
# Words by which a treatment tells what it is; the names of drugs are known to the drug table.
RADIOTHERAPY = r"(?i)radiotherap|radiation|irradiat|brachytherap|radiosurg|stereotactic|\b(sbrt|sabr|imrt)\b"
SURGERY = r"(?i)surg|resect|excis|dissect|ectomy|ablat|emboli[sz]at"
# CMCLAS is not asked: ATC's class L, "antineoplastic and immunomodulating", treats rheumatism too.
AGAINST_CANCER = (
    r"(?i)anti-?\s?(cancer|tumou?r|neoplastic)|chemotherap|immunotherap"
    r"|(cancer|tumou?r|oncolog\w*) (therap|treat|relat|medic)"
)
TECHNIQUE = r"\b(imrt|vmat|sabr|sbrt|stereotactic|radiosurgery|protons?|brachytherapy|external beam)\b"
OTHER = {
    "CM": "concomitant medication, not against the cancer",
    "PR": "a procedure that is neither radiotherapy nor surgery or ablation",
    "EX": "study treatment without a name",
    "EC": "study treatment without a name",
}


def exposure(domains: Domains) -> Part:
    """What was given: study treatment, other drugs against the cancer, radiotherapy, surgery.

    EX is derived from EC; where both are there, EX counts and EC is merged into it.
    """
    part = Part()
    study = "EX" if domains.has("EX") else "EC"
    if study == "EX":
        part.merged.append(domains.rows("EC"))
    given = pl.concat([_given(domains, code, part) for code in (study, "CM", "PR")])
    part.tables = {
        "drugs": _drugs(given.filter(kind="drug")),
        "radiotherapy": _radiotherapy(given.filter(kind="radiotherapy")),
        "procedures": _procedures(given.filter(kind="procedure")),
    }
    return part


def _given(domains: Domains, code: str, part: Part) -> pl.DataFrame:
    """The treatments of a domain with their kind; what is no treatment of the cancer is a finding."""
    rows = domains.rows(code, *VARIABLES)
    rows = rows.with_columns(domain=pl.lit(code), **_names(rows))
    given = ~_is_not_given().fill_null(False)
    not_given = sentence(f"{code}: {{}}", pl.col("TRT").fill_null("not named"))
    part.problems.append(without_fact("drugs", rows.filter(~given), not_given, "planned, or not given"))
    kinds = rows.filter(given).with_columns(kind=_kind(code))
    nothing = kinds.filter(pl.col("kind").is_null())
    part.problems.append(not_mapped("drugs", nothing, pl.lit(code), OTHER[code]))
    return kinds.filter(pl.col("kind").is_not_null())


def _names(written: pl.DataFrame) -> dict[str, pl.Series]:
    """The name that the drug table knows, coded before verbatim, and whether it fights cancer.

    Neither known: the verbatim name, which then becomes a finding.
    """
    fights = drugs().filter(kind="systemic anticancer")["drug"].implode()
    said = recognise(pl.concat([written["TRT"], written["DECOD"]]))
    # A misspelling is not believed here: concomitant drugs are many, and some look like a cancer drug.
    sure = said.filter(pl.col("how").is_in(["generic", "alias", "combination"]))
    fighting = sure.select("written", pl.col("drugs").list.set_intersection(fights).list.len() > 0)
    against = dict(fighting.iter_rows())
    coded = written["DECOD"].is_in(list(against))
    name = written.select(pl.when(coded).then("DECOD").otherwise(pl.coalesce("TRT", "DECOD")))["DECOD"]
    return {
        "drug": name,
        "against_cancer": name.replace_strict(against, default=False, return_dtype=pl.Boolean),
    }


def _is_not_given() -> pl.Expr:
    return (pl.col("OCCUR") == "N") | (pl.col("STAT") == "NOT DONE") | (pl.col("MOOD") == "SCHEDULED")


def _kind(code: str) -> pl.Expr:
    """drug, radiotherapy, procedure, or null for what is not a treatment of the cancer."""
    said = pl.concat_str("TRT", "DECOD", "CAT", "SCAT", separator=" ", ignore_nulls=True)
    in_gray = pl.col("DOSU").str.to_lowercase().is_in(["gy", "cgy"]).fill_null(False)
    radiation = in_gray | (said.str.contains(RADIOTHERAPY) & ~pl.col("against_cancer"))
    drug = {"CM": pl.col("against_cancer") | said.str.contains(AGAINST_CANCER), "PR": pl.lit(False)}
    return (
        pl.when(radiation).then(pl.lit("radiotherapy"))
        .when(drug.get(code, pl.col("drug").is_not_null())).then(pl.lit("drug"))
        .when(said.str.contains(SURGERY) & pl.lit(code == "PR")).then(pl.lit("procedure"))
    )  # fmt: skip


def _intent(words: list[str]) -> pl.Expr:
    said = pl.concat_str("INTENT", "CAT", "SCAT", "INDC", separator=" ", ignore_nulls=True).str.to_lowercase()
    return said.str.extract(rf"\b({'|'.join([*words, 'neoadjuvant'])})\b")


def _drugs(given: pl.DataFrame) -> pl.DataFrame:
    return given.select(
        "patient_id",
        *PROVENANCE,
        "drug",
        start_date=iso("STDTC"),
        end_date=iso("ENDTC"),
        intent=_intent([word for word in DRUG_INTENTS if word != "concurrent"]),
        dose="DOSE",
        dose_unit="DOSU",
    )


def _radiotherapy(given: pl.DataFrame) -> pl.DataFrame:
    """Courses; the dose carries its unit along, so that cGy are read as cGy."""
    return given.select(
        "patient_id",
        *PROVENANCE,
        course_id=_course(),
        start_date=iso("STDTC"),
        end_date=iso("ENDTC"),
        technique=_technique(),
        intent=_intent(RADIOTHERAPY_INTENTS),
        site=pl.col("LOC").str.to_lowercase(),
        dose_gy=sentence("{} {}", "DOSE", pl.col("DOSU").fill_null("Gy")),
    )


def _course() -> pl.Expr:
    """PR1 for sequence 1 of PR; the line stands in where the file has no sequence."""
    return pl.col("domain") + pl.coalesce("SEQ", pl.col("source_line").cast(pl.String))


def _technique() -> pl.Expr:
    """What the name of the treatment says of the technique."""
    said = pl.concat_str("TRT", "DECOD", "METHOD", separator=" ", ignore_nulls=True).str.to_lowercase()
    return said.str.extract(TECHNIQUE)


def _procedures(given: pl.DataFrame) -> pl.DataFrame:
    return given.select(
        "patient_id",
        *PROVENANCE,
        date=iso("STDTC"),
        procedure=pl.coalesce("DECOD", "TRT").str.to_lowercase(),
        site=pl.col("LOC").str.to_lowercase(),
        intent=_intent(RADIOTHERAPY_INTENTS),
    )
