"""ADTTE: times to event, one row per patient and endpoint."""

import re

import polars as pl

from headway.report.datasets.declared import IDENTIFIERS, SOURCE, Dataset, Variable, day
from headway.report.datasets.frames import finished, some
from headway.report.datasets.tables import AnalysisTables

_TIMES = "endpoint times"
ADTTE = Dataset(
    "ADTTE",
    "Time-to-Event Analysis Dataset",
    "patient and endpoint",
    "times to event in the study file",
    (
        *IDENTIFIERS,
        Variable(
            "PARAMCD",
            "Parameter Code",
            "text",
            "code",
            _TIMES,
            "the endpoint; with two letters for its start where the study has several",
            8,
            key=True,
        ),
        Variable("PARAM", "Parameter", "text", "parameter", _TIMES, "endpoint and what it runs from"),
        Variable(
            "AVAL",
            "Analysis Value (days)",
            "number",
            "days",
            _TIMES,
            "day of ADT minus day of STARTDT (0 on the same day); null: no time, see REASON",
        ),
        Variable("CNSR", "Censor", "whole", "censored", _TIMES, "0 event, 1 censored; null: no time"),
        *day("START", "Time-to-Event Origin", "start_day", _TIMES),
        *day("A", "Analysis", "end_day", _TIMES, "of the event or the censoring"),
        Variable(
            "EVNTDESC",
            "Event or Censoring Description",
            "text",
            "described",
            _TIMES,
            "what ended the time, or why it is censored",
        ),
        Variable(
            "CNSDTDSC",
            "Censor Date Description",
            "text",
            "censored_at",
            _TIMES,
            "what ADT is the day of, if censored",
        ),
        Variable("RULE", "Rule", "text", "rule", _TIMES, "rule of the documentation that decided"),
        Variable("RULESET", "Rule Set", "text", "rule_set", _TIMES),
        *SOURCE,
        Variable(
            "BECDOM",
            "Deciding Table",
            "text",
            "because_table",
            _TIMES,
            "of the row that decided",
        ),
        Variable("BECFILE", "Deciding File", "text", "because_file", _TIMES),
        Variable("BECSHEET", "Deciding Sheet", "text", "because_sheet", _TIMES),
        Variable("BECSEQ", "Deciding Line", "whole", "because_line", _TIMES),
        Variable("REASON", "Reason", "long text", "reason", _TIMES),
    ),
)
_ENDPOINTS = {"local failure": "LOCAL", "regional failure": "REGION", "distant failure": "DISTNT"}
_STARTS = {
    "diagnosis": "DX", "recurrent_metastatic": "RM", "enrolment": "EN", "first_drug": "FD",
    "first_radiotherapy": "RT", "first_line": "L1", "ici": "IC", "lcbi": "LC", "scai1": "S1", "scai2": "S2",
    "as reported": "RP",
}  # fmt: skip
_WHY_CENSORED = {
    "P1": "No baseline assessment", "P3": "No event by the last adequate assessment",
    "P4": "Clinical progression without a scan", "P5": "Treatment stopped without progression",
    "P6": "New therapy", "P9": "Event after missed assessments", "P11": "No adequate assessment",
    "R5.2": "No event by the last contact", "R4.10": "Still on treatment", "R5.4": "Local therapy",
}  # fmt: skip
_WHERE_CENSORED = {
    "patients": "Last contact", "assessments": "Tumour assessment", "measurements": "Tumour assessment",
    "drugs": "Dose", "radiotherapy": "Radiotherapy", "procedures": "Procedure", "labs": "Laboratory sample",
    "reported_endpoints": "As reported",
}  # fmt: skip


def adtte(made_of: AnalysisTables) -> pl.DataFrame | None:
    """Every time of the study; a patient without one is there too, with the reason."""
    times = made_of.times
    if not some(times):
        return None
    pairs = times.select("endpoint", "since").unique().sort("endpoint", "since").rows()
    known = pl.DataFrame(
        [(*pair, code, f"{pair[0]}, {_runs_from(pair[1])}") for pair, code in codes(pairs).items()],
        schema=["endpoint", "since", "code", "parameter"],
        orient="row",
    )
    own = times.join(known, on=["endpoint", "since"]).with_columns(
        censored=(~pl.col("event")).cast(pl.Int32), described=_described(), censored_at=_censored_at()
    )
    return finished(ADTTE, own, made_of)


def _runs_from(since: str) -> str:
    return since if since == "as reported" else f"since {since.replace('_', ' ')}"


def codes(pairs: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """A code of at most eight letters and digits for each endpoint and start, no two alike.

    >>> codes([("OS", "diagnosis"), ("OS", "ici"), ("local failure", "diagnosis")])
    {('OS', 'diagnosis'): 'OSDX', ('OS', 'ici'): 'OSIC', ('local failure', 'diagnosis'): 'LOCAL'}
    """
    names = [endpoint for endpoint, _ in pairs]
    made: dict[tuple[str, str], str] = {}
    for endpoint, since in pairs:
        several = names.count(endpoint) > 1
        wanted = _code(endpoint, 6 if several else 8) + (_start_code(since) if several else "")
        made[endpoint, since] = _untaken(wanted, list(made.values()))
    return made


def _code(name: str, length: int) -> str:
    letters = re.sub("[^A-Z0-9]", "", name.upper().encode("ascii", "ignore").decode())
    return _ENDPOINTS.get(name, letters[:length] or "TTE")


def _start_code(since: str) -> str:
    return _STARTS.get(since, _code(since, 2))


def _untaken(wanted: str, taken: list[str]) -> str:
    numbered = [wanted, *(f"{wanted[:6]}{number}" for number in range(2, 100))]
    return next(code for code in numbered if code not in taken)


def _described() -> pl.Expr:
    """What ended the time, or why it was censored."""
    competing = pl.concat_str(pl.lit("Competing: "), "cause")
    why = pl.col("rule").replace_strict(_WHY_CENSORED, default="Censored", return_dtype=pl.String)
    return (
        pl.when("event").then(pl.col("cause").fill_null("event"))
        .when(~pl.col("event") & pl.col("cause").is_not_null()).then(competing)
        .when(~pl.col("event")).then(why)
    )  # fmt: skip


def _censored_at() -> pl.Expr:
    table = pl.col("source_table")
    words = table.replace_strict(_WHERE_CENSORED, default=table, return_dtype=pl.String)
    return pl.when(~pl.col("event")).then(words.fill_null("Time zero"))
