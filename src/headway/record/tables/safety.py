"""Toxicity and laboratory results."""

from headway.record.columns import Sourced, choice, day, identifier, number, text, whole, yes_no


class AdverseEvents(Sourced):
    """Adverse events, graded by CTCAE, or at least with a severity."""

    patient_id = identifier("The patient, as in patients.", example="P001")
    term = text("CTCAE or MedDRA term.", example="hypomagnesaemia", required=True)
    grade = whole("CTCAE grade.", None, 1, 5, example=2, decisive=True)
    severity = choice(
        "Severity in words, where no CTCAE grade is recorded; it is not a grade.",
        ["mild", "moderate", "severe", "life-threatening", "fatal"],
        synonyms={"life threatening": "life-threatening"},
    )
    soc = text("System organ class.", example="metabolism and nutrition disorders")
    start_day = day("First day.", example=30, partial="adverse_event_start")
    end_day = day("Last day.", example=45, partial="end")
    related = yes_no("Whether it was related to treatment.")
    serious = yes_no("Whether it was serious.")
    fatal = yes_no("Whether the patient died of it.", decisive=True)


class Labs(Sourced):
    """Laboratory results with their unit and the laboratory's own limits."""

    patient_id = identifier("The patient, as in patients.", example="P001")
    test = text("Name of the test.", example="magnesium", required=True)
    day = day("Day of the sample.", example=30, required=True)
    value = number("Result, in unit.", "unit", None, None, example=0.6, required=True)
    unit = text("Unit of the result.", example="mmol/L", required=True)
    lower_limit = number("Lower limit of normal, in unit.", "unit", None, None, example=0.66)
    upper_limit = number("Upper limit of normal, in unit.", "unit", None, None, example=1.07)
