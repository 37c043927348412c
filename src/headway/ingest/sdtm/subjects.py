"""DM, DS, SS -> patients: who they are, when they entered, how they were last heard of."""

import polars as pl

from headway.ingest.sdtm.days import iso
from headway.ingest.sdtm.domains import Domains, Part, not_mapped
from headway.record.columns import PROVENANCE
from headway.record.findings import problems
from headway.record.words import sentence

# Days on which a patient was certainly seen alive. RS is left out: its day may be that of the reading.
CONTACTS = {
    "DM": ["RFICDTC", "DMDTC", "RFPENDTC"],
    "EX": ["STDTC", "ENDTC"],
    "EC": ["STDTC", "ENDTC"],
    "PR": ["STDTC"],
    "TU": ["DTC"],
    "TR": ["DTC"],
    "AE": ["STDTC"],
    "LB": ["DTC"],
}
YEARS_PER = {"YEARS": 1.0, "MONTHS": 1 / 12, "WEEKS": 7 / 365.25, "DAYS": 1 / 365.25, "HOURS": 1 / 8766}
RANDOMISED = ["RANDOMIZED", "RANDOMISED", "RANDOMIZATION", "ENROLLED", "ENROLMENT", "ENROLLMENT"]
# A day on which somebody is declared lost is a day without contact.
NO_CONTACT = ["LOST TO FOLLOW-UP", "DEATH"]
NO_ARM = ["SCRNFAIL", "NOTASSGN"]
SEXES = {"U": None, "UNDIFFERENTIATED": "other", "INTERSEX": "other"}


def subjects(domains: Domains) -> Part:
    """One row per subject of DM; disposition and survival status go into it.

    Enrolment is randomisation (or enrolment) in DS, else RFSTDTC. Death is DTHDTC, else the day of
    DEATH in DS. Last known alive is the latest full date of any contact in the submission.
    """
    people = _people(domains)
    told = {"DS": _disposition(domains), "SS": _survival(domains)}
    orphans = {code: rows.join(people, on="patient_id", how="anti") for code, rows in told.items()}
    events, statuses = (rows.join(people, on="patient_id", how="semi") for rows in told.values())
    facts = _facts(events, statuses, _last_contact(domains, events, statuses))
    patients = people.join(facts, on="patient_id", how="left", maintain_order="left")
    return Part(
        tables={"patients": _patients(patients)},
        merged=[rows.filter(pl.col("use").is_not_null()) for rows in (events, statuses)],
        problems=[
            *(_without_subject(code, rows) for code, rows in orphans.items()),
            *(_unused(code, rows) for code, rows in (("DS", events), ("SS", statuses))),
            _two_deaths(patients, events),
        ],
    )


def _people(domains: Domains) -> pl.DataFrame:
    variables = ["SEX", "BRTHDTC", "AGE", "AGEU", "RFSTDTC", "DTHDTC", "DTHFL", "ARM", "ARMCD", "SITEID"]
    return domains.rows("DM", *variables)


def _disposition(domains: Domains) -> pl.DataFrame:
    """DS with what each row is used for: entry, death, contact, or nothing."""
    said = pl.coalesce("DECOD", "TERM").str.to_uppercase()
    rows = domains.rows("DS", "DECOD", "TERM", "STDTC").with_columns(said=said)
    dated = pl.col("STDTC").is_not_null()
    use = (
        pl.when(pl.col("said") == "DEATH").then(pl.lit("death"))
        .when(pl.col("said").is_in(RANDOMISED) & dated).then(pl.lit("entry"))
        .when(~pl.col("said").is_in(NO_CONTACT) & dated).then(pl.lit("contact"))
    )  # fmt: skip
    return rows.with_columns(use=use, date=iso("STDTC"))


def _survival(domains: Domains) -> pl.DataFrame:
    """SS with what each row is used for: alive on that day, or dead, on an unknown day."""
    rows = domains.rows("SS", "TESTCD", "STRESC", "ORRES", "DTC")
    status = pl.coalesce("STRESC", "ORRES").str.to_uppercase()
    use = (
        pl.when(status == "DEAD").then(pl.lit("death"))
        .when((status == "ALIVE") & pl.col("DTC").is_not_null()).then(pl.lit("contact"))
    )  # fmt: skip
    asked = pl.col("TESTCD").fill_null("SURVSTAT") == "SURVSTAT"
    asked_use = pl.when(asked).then(use)
    return rows.with_columns(said="TESTCD", use=asked_use, date=iso("DTC"))


def _facts(events: pl.DataFrame, statuses: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    """Per patient: last day known alive, day of entry, day of death by DS, whether dead at all."""
    both = pl.concat([events, statuses], how="diagonal")
    day_of = pl.col("date").drop_nulls().min
    entry = both.filter(use="entry").group_by("patient_id").agg(entry=day_of())
    death = events.filter(use="death").group_by("patient_id").agg(death=day_of())
    dead = both.filter(use="death").select("patient_id", dead=pl.lit(True)).unique()
    facts = pl.concat([part.select("patient_id") for part in (last, entry, death, dead)]).unique()
    for part in (last, entry, death, dead):
        facts = facts.join(part, on="patient_id", how="left")
    return facts


def _last_contact(domains: Domains, events: pl.DataFrame, statuses: pl.DataFrame) -> pl.DataFrame:
    """The latest full date on which each patient was in contact."""
    written = [
        domains.rows(code, *names).unpivot(names, index="patient_id", value_name="date")
        for code, names in CONTACTS.items()
    ]
    told = [rows.filter(pl.col("use").is_in(["entry", "contact"])) for rows in (events, statuses)]
    days = pl.concat([rows.select("patient_id", "date") for rows in [*written, *told]])
    latest = pl.col("date").cast(pl.Int64).max() if domains.time == "days" else _full_date("date").max()
    return days.group_by("patient_id").agg(last_alive=latest.cast(pl.String))


def _full_date(column: str) -> pl.Expr:
    """Year, month and day, as text that sorts; a partial date says no day."""
    return pl.col(column).str.extract(r"^(\d{4}-\d{2}-\d{2})")


def _patients(subjects: pl.DataFrame) -> pl.DataFrame:
    dead = pl.col("dead").fill_null(False) | (pl.col("DTHFL") == "Y").fill_null(False)
    assigned = ~pl.col("ARMCD").str.to_uppercase().is_in(NO_ARM).fill_null(False)
    return subjects.select(
        "patient_id",
        *PROVENANCE,
        sex=pl.col("SEX").str.to_uppercase().replace(SEXES),
        birth_date=iso("BRTHDTC"),
        age_years=pl.col("AGE").cast(pl.Float64, strict=False) * _years_per_unit(),
        enrolment_date=pl.coalesce("entry", iso("RFSTDTC")),
        arm=pl.when(assigned).then("ARM"),
        centre="SITEID",
        vital_status=pl.when(dead).then(pl.lit("dead")),
        last_alive_date="last_alive",
        death_date=pl.coalesce(iso("DTHDTC"), "death"),
    )


def _years_per_unit() -> pl.Expr:
    unit = pl.col("AGEU").fill_null("YEARS").str.to_uppercase()
    return unit.replace_strict(YEARS_PER, default=None, return_dtype=pl.Float64)


def _without_subject(code: str, orphans: pl.DataFrame) -> pl.DataFrame:
    """Rows of DS or SS whose subject is not in DM."""
    message = sentence("patient_id '{}' is not in DM", "patient_id")
    named = pl.col("patient_id")
    return problems(
        "unknown-patient", code, orphans, message=message, column="patient_id", value=named, cause=named
    )


def _unused(code: str, rows: pl.DataFrame) -> pl.DataFrame:
    said = sentence(f"{code}: {{}}", pl.col("said").fill_null("nothing said"))
    why = "it tells neither entry, contact nor death"
    return not_mapped(code, rows.filter(pl.col("use").is_null()), said, why)


def _two_deaths(patients: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """DS gives another day of death than DM; the day in DM is used."""
    in_dm = patients.select("patient_id", "DTHDTC")
    deaths = events.filter(use="death").join(in_dm, on="patient_id", how="inner")
    other = deaths.filter(_full_date("date") != _full_date("DTHDTC"))
    message = sentence("patients.death_date: DM says {}, DS says {}; DM is used", "DTHDTC", "date")
    return problems(
        "two-deaths", "patients", other, severity="warning", message=message,
        column="death_date", value=pl.col("date"),
    )  # fmt: skip
