"""A document with a trace, small or of any size, for the tests of the page."""

import polars as pl

from headway.record.figures_of_a_patient import PatientSpans, Timelines
from headway.record.findings import Findings
from headway.record.results import Contributions, NumberedResults, Stories
from headway.report.document import Cell, Document, Figure, Section, Table, Trace

ANALYSIS = "OS since diagnosis"
LONG = "a very long histological description of a squamous cell carcinoma " * 2
PICTURE = {
    "data": {
        "values": [
            {"months": 0, "survival": 1.0, "group": "all", "patient_id": None},
            {"months": 12, "survival": 0.5, "group": "all", "patient_id": None},
        ]
    },
    "mark": {"type": "line", "clip": True, "strokeWidth": 12},
    "width": 700,
    "encoding": {
        "x": {"field": "months", "type": "quantitative"},
        "y": {"field": "survival", "type": "quantitative"},
        "color": {"field": "group", "type": "nominal"},
    },
    "config": {"aria": False},
}
FINDING = {
    "severity": "error",
    "rule": "not-a-day",
    "table": "drugs",
    "source_file": "drugs.csv",
    "source_sheet": None,
    "source_line": 7,
    "patient_id": "P01",
    "column": "start_date",
    "value": "soon",
    "message": "drugs.start_date 'soon' is not a day",
    "fix": "Write 2021-03-15.",
    "rows": 1,
}


def results(ids: list[str], analysis: str = ANALYSIS, told: str = "") -> pl.DataFrame:
    """A median of all patients and a count of the first one."""
    one = {
        "row": 0, "analysis": analysis, "population": "all patients" + told, "group": "all" + told,
        "statistic": "median", "at": None, "value": 1718.0, "lower": 1398.25, "upper": None,
        "unit": "days" + told, "n": len(ids), "method": "Kaplan-Meier" + told, "note": None, "patients": ids,
    }  # fmt: skip
    other = one | {
        "row": 1, "statistic": "events", "value": 1.0, "lower": None, "unit": None,
        "note": "only the first" + told, "patients": ids[:1],
    }  # fmt: skip
    return pl.DataFrame([one, other], schema=NumberedResults.create_empty().schema)


def contributions(ids: list[str], analysis: str = ANALYSIS, told: str = "") -> pl.DataFrame:
    """Times that sort otherwise as numbers than as text: 9, 1,008, 2,007 days …"""
    values = [f"{9 + 999 * number:,} days, event{told}" for number in range(len(ids))]
    schema = Contributions.create_empty().schema
    return pl.DataFrame(
        {"analysis": [analysis] * len(ids), "group": [None] * len(ids), "patient_id": ids, "value": values},
        schema=schema,
    )


def story(patient: str, line: int, told: str = "") -> list[dict]:
    """A drug, a death, and the time that follows from the death."""
    died = f"patients.csv{told}, line {line}"
    facts = [
        (None, "", "biomarkers", "p16", None, "biomarkers.csv"),
        (3, "day 3", "drugs", "cisplatin", None, f"drugs.csv, line {line}"),
        (9, "day 9", "patients", "death", None, died),
        (9, "day 9", ANALYSIS, "9 days, event", f"P1: dead on day 9{told}", died),
    ]
    return [
        {"patient_id": patient, "day": day, "shown_day": shown, "topic": topic + told, "what": what + told,
         "derived": reason is not None, "reason": reason, "source": source}
        for day, shown, topic, what, reason, source in facts
    ]  # fmt: skip


def stories(ids: list[str], told: str = "") -> pl.DataFrame:
    rows = [fact for line, patient in enumerate(ids, 2) for fact in story(patient, line, told)]
    return pl.DataFrame(rows, schema=Stories.create_empty().schema)


def trace(ids: list[str], told: str = "") -> Trace:
    """`told` is added to every text of every table."""
    analysis = ANALYSIS + told
    told_apart = (results(ids, analysis, told), contributions(ids, analysis, told), stories(ids, told))
    return Trace(*told_apart, timelines(ids[:-1], told))


def timelines(ids: list[str], told: str = "") -> Timelines:
    """A line of therapy for each of these patients."""
    row = {"kind": "systemic line", "label": "line 1" + told, "start_day": 3, "end_day": 9, "detail": told}
    rows = [{"patient_id": patient, **row} for patient in ids]
    return Timelines(spans=pl.DataFrame(rows, schema=PatientSpans.create_empty().schema))


def findings(told: str = "", patient: str = "P01") -> pl.DataFrame:
    texts = ("table", "source_file", "column", "value", "message", "fix")
    finding = FINDING | {name: FINDING[name] + told for name in texts} | {"patient_id": patient}
    other = FINDING | {
        "source_line": 8,
        "patient_id": None,
        "message": "drugs.drug is empty",
        "severity": "warning",
    }
    return pl.DataFrame([finding, other], schema=Findings.create_empty().schema)


def document(ids: list[str], told: str = "", *, synthetic: bool = False) -> Document:
    """A page of everything: two figures, tables, findings, a headline, two sections of one title."""
    rows = (
        ("Overall", "", ""),
        (LONG + told, Cell("56.4" + told, 0), "2"),
        ("غير مسجل", Cell("1", 1), "–"),
    )
    table = Table("Patients" + told, ("", "A" + told, "B"), rows, "Note." + told, frozenset({0}))
    figure = Figure("OS_since_diagnosis", PICTURE, "Overall survival." + told, "Curve" + told)
    flow = Table("Patient flow", ("Step", "Patients"), (("used" + told, Cell("80", 0)),))
    sections = (
        Section("Patient flow", ("患者の流れ" + told,), tables=(flow,)),
        Section("Survival", (("Median ", Cell("56.4", 0), " months"),), figures=(figure, figure)),
        Section("Survival", tables=(table,)),
        Section("Data", findings=findings(told, ids[0])),
    )  # fmt: skip
    facts = (("Data cut-off", "2025-03-31" + told),)
    headline = ((Cell("56.4", 0), "months median" + told),)
    return Document("A study: 頭頸部癌" + told, facts, sections, synthetic, headline, trace(ids, told))
