"""Which responses an endpoint uses: one reader's, derived from lesions or as reported, never mixed (R5.1)."""

import polars as pl

from headway.derive.lesion_sites import SCAN, lesion_sites
from headway.derive.response.readings import NOT_STATED
from headway.record.columns import empty
from headway.record.findings import ROW
from headway.record.tables.disease import Lesions
from headway.record.words import sentence

# What the form calls a progression that no scan shows.
_CLINICAL = r"^(clinical|clinically|symptomatic)( (progression|deterioration|judge?ment|assessment))?$"
_UNCONFIRMED = ["iUPD", "iCPD"]
_WIPES_OUT = {"iCR": "CR", "iPR": "PR", "iSD": "SD", "NON-iCR/NON-iUPD": "NON-CR/NON-PD"}


def reported_judgements(assessments: pl.LazyFrame) -> pl.LazyFrame:
    """What was reported at each scan that was done.

    Gives: patient_id, evaluator, day, response, clinical (judged without a scan), site (of progression),
           what (in words), source_table and the source row. A form that denies a new tumour and names
           no response is an assessment too: its response is null.
    """
    says = pl.col("reported_response").is_not_null() | ~pl.col("reported_new_lesion").fill_null(True)
    done = assessments.filter(pl.col("done").fill_null(True), says)
    how = pl.col("criteria").fill_null("as reported")
    site = pl.when(pl.col("progression_site").is_not_null()).then(sentence(", {}", "progression_site"))
    shown = pl.col("reported_response").fill_null("no new tumour")
    return done.select(
        "patient_id",
        pl.col("evaluator").fill_null(NOT_STATED),
        "day",
        response="reported_response",
        clinical=how.str.to_lowercase().str.strip_chars().str.contains(_CLINICAL),
        site="progression_site",
        what=sentence("{} ({}{})", shown, how, site.otherwise(pl.lit(""))),
        source_table=pl.lit("assessments"),
        **{name: pl.col(name) for name in ROW},
    )


def derived_judgements(
    timepoints: pl.LazyFrame, measurements: pl.LazyFrame, lesions: pl.LazyFrame | None = None
) -> pl.LazyFrame:
    """What follows from the lesions at each time point, with the first measurement of that scan as source.

    Takes:  `TimepointResponses` with reasons, the measurements they came from, and the lesions, which tell
            the site of a progression.
    Gives:  as `reported_judgements`.
    """
    rows = measurements.with_columns(pl.col("evaluator").fill_null(NOT_STATED))
    known = empty(Lesions).lazy() if lesions is None else lesions
    sites = lesion_sites(known, rows, timepoints.filter(pl.col("response") == "PD"))
    joined = timepoints.join(_first_rows(rows), on=SCAN, how="left").join(sites, on=SCAN, how="left")
    return joined.select(
        *SCAN,
        "response",
        clinical=pl.lit(False),
        site="site",
        what="reason",
        source_table=pl.lit("measurements"),
        **{name: pl.col(name) for name in ROW},
    )


def _first_rows(measurements: pl.LazyFrame) -> pl.LazyFrame:
    """The first source row of each scan."""
    rows = measurements.select(*SCAN, *ROW).collect()
    file = [*SCAN, "source_file", "source_sheet"]
    # The rows of a scan mostly stand together: of each such run the lowest line, and few rows to sort.
    begins = rows.select(pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in file))
    run = begins.to_series().cum_sum().alias("run").set_sorted()
    lines = rows.group_by(run, maintain_order=True).agg(pl.col("source_line").min())["source_line"]
    heads = rows.filter(begins.to_series()).with_columns(lines).lazy()
    return heads.sort(*ROW, nulls_last=True).group_by(SCAN).agg(pl.col(name).first() for name in ROW)


def progressed() -> pl.Expr:
    """Whether a judgement is a progression: PD, or the event of iRECIST.

    That is the first iUPD of a run that ends in iCPD, or after which nothing else was seen; an iUPD that a
    later iSD, iPR or iCR wipes out is none (R2.8).

    >>> judged = pl.DataFrame({"patient_id": ["P1"] * 4, "evaluator": ["a"] * 4, "day": [56, 91, 147, 182],
    ...                        "response": ["iUPD", "iPR", "iUPD", "iCPD"]})
    >>> judged.select(progressed()).to_series().to_list()
    [False, False, True, False]
    """
    reader, response = ["patient_id", "evaluator"], pl.col("response")
    wiped = response.is_in(list(_WIPES_OUT))
    bad = response.is_in(_UNCONFIRMED)
    run = wiped.fill_null(False).cum_sum().over(reader, order_by=["day", "response"])
    confirmed = (response == "iCPD").any().over([*reader, run])
    last = run == run.max().over(reader)
    first = pl.col("day") == pl.col("day").filter(bad).min().over([*reader, run])
    return (response == "PD").fill_null(False) | (bad & first & (confirmed | last)).fill_null(False)


def progressions(judgements: pl.LazyFrame) -> pl.LazyFrame:
    """The judgements that are a progression: see `progressed`."""
    # The words of RECIST say so themselves; only those of iRECIST need the scans around them.
    plain = judgements.filter(pl.col("response") == "PD")
    of_irecist = judgements.filter(pl.col("response").is_in([*_UNCONFIRMED, *_WIPES_OUT]))
    return pl.concat([plain, of_irecist.filter(progressed())])


def as_recist(judgements: pl.LazyFrame) -> pl.LazyFrame:
    """The judgements that name a response, those of iRECIST in the words of RECIST.

    An iUPD that is wiped out later tells neither response nor progression (R2.7): NE.
    """
    plain = pl.col("response").replace(_WIPES_OUT).replace(dict.fromkeys(_UNCONFIRMED, "NE"))
    named = pl.when(progressed()).then(pl.lit("PD")).otherwise(plain)
    return judgements.with_columns(response=named).drop_nulls("response")
