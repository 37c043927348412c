"""Best overall response and its rates, unconfirmed and confirmed, by population (R1.40, R1.41)."""

import polars as pl

from headway.analyse.proportions import proportion
from headway.analyse.rows import result
from headway.record.results import ALL_PATIENTS, Results
from headway.record.words import sentence
from headway.report.document import Section
from headway.report.sections.response import response
from headway.run.cohort import Cohort, best_since, members, named, title_of
from headway.run.judged import criteria
from headway.run.topics.topic import Made, Topic, contributions
from headway.study.parts import Response

EVALUABLE = "evaluable patients"
_ORDER = ["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"]
_KINDS = {"best response": "", "confirmed best response": "confirmed_"}
_RATES = {"objective response": "objective_response", "disease control": "disease_control"}


def analysis_name(made: Cohort, asked: Response, kind: str) -> str:
    """The name of an analysis in the results: "best response since enrolment"."""
    return f"{kind} since {asked.since}{named(made, asked.population)}"


def _make(made: Cohort, asked: Response) -> Made:
    best = best_since(made, asked.since, asked.window_days)
    rows = best.join(members(made, asked.population), on="patient_id", how="semi", maintain_order="left")
    names = {kind: analysis_name(made, asked, kind) for kind in _KINDS}
    parts = [
        row
        for population, among in [(ALL_PATIENTS, rows), (EVALUABLE, rows.filter("evaluable"))]
        for row in _rates(among, population, names)
    ]
    given = [
        contributions(rows, names[kind], sentence("{}; {}", f"{prefix}best_response", "reason"))
        for kind, prefix in _KINDS.items()
    ]
    results = pl.DataFrame(parts, schema=Results.create_empty().schema)
    return Made(results, contributions=pl.concat(given))


def _rates(rows: pl.DataFrame, population: str, names: dict[str, str]) -> list[dict]:
    made = []
    for kind, prefix in _KINDS.items():
        best = pl.col(f"{prefix}best_response")
        made += [_share(rows, population, names[kind], r, best == r) for r in _ORDER]
        made += [
            _share(rows, population, names[kind], rate, pl.col(f"{prefix}{column}"))
            for rate, column in _RATES.items()
        ]
    return made


def _share(rows: pl.DataFrame, population: str, analysis: str, group: str, which: pl.Expr) -> dict:
    ids = rows.filter(which)["patient_id"].sort().to_list()
    where = {"analysis": analysis, "population": population, "group": group}
    if rows.is_empty():
        return result(where, "rate", None, n=0, method="Clopper-Pearson", note="no patient", patients=ids)
    value, lower, upper = proportion(len(ids), rows.height)
    return result(
        where, "rate", value, lower=lower, upper=upper, at=float(len(ids)), n=rows.height,
        method="Clopper-Pearson, 95% limits", unit="probability", patients=ids,
    )  # fmt: skip


def _show(made: Cohort, asked: Response, all_made: Made) -> Section:
    names = [analysis_name(made, asked, kind) for kind in _KINDS]
    title = asked.title or f"Response {title_of(made, asked.since)}{named(made, asked.population)}"
    return response(all_made.results, names, title, criteria(made.study, made.record))


TOPIC = Topic(lambda made: made.study.report.response, _make, _show)
