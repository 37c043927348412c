"""What was given and done: drugs, radiotherapy, procedures."""

from headway.record.columns import Sourced, choice, day, identifier, number, text, whole

DRUG_INTENTS = ["palliative", "curative", "induction", "concurrent", "adjuvant", "maintenance"]
RADIOTHERAPY_INTENTS = ["curative", "adjuvant", "palliative", "ablative"]
TECHNIQUES = [
    "external beam",
    "3D conformal",
    "IMRT",
    "VMAT",
    "SABR",
    "radiosurgery",
    "low-dose radiotherapy",
    "protons",
    "carbon ions",
    "brachytherapy",
    "electrons",
    "other",
]


class Drugs(Sourced):
    """Drugs against the cancer, one row per administration or per interval on a drug."""

    patient_id = identifier("The patient, as in patients.", example="P001")
    drug = text(
        "Generic or brand name; read through the drug table, so spelling and brand do not matter.",
        example="cetuximab",
        required=True,
    )
    start_day = day(
        "Day of the administration, or first day of the interval; empty: not known.",
        example=0,
        required=True,
        may_be_unknown=True,
    )
    end_day = day(
        "Last day of the interval; empty: one administration or still going on.", example=120, partial="end"
    )
    intent = choice(
        "Why it was given.",
        DRUG_INTENTS,
        synonyms={"neoadjuvant": "induction", "concomitant": "concurrent", "radical": "curative"},
    )
    line = whole("Line of therapy, if the investigator numbered it.", None, 1, 20, example=1)
    dose = number("Dose given, in dose_unit.", "dose_unit", 0, 100_000, example=400)
    dose_unit = text("Unit of the dose.", example="mg/m2")
    stop_reason = text("Why it was stopped.", example="progression")


class Radiotherapy(Sourced):
    """Radiotherapy, one row per course at one site."""

    patient_id = identifier("The patient, as in patients.", example="P001")
    course_id = identifier("The course, unique within the patient.", example="RT1")
    start_day = day("First fraction; empty: not known.", example=130, required=True, may_be_unknown=True)
    end_day = day("Last fraction.", example=138, partial="end")
    technique = choice(
        "How it was given.",
        TECHNIQUES,
        synonyms={
            "external": "external beam",
            "ebrt": "external beam",
            "3d": "3D conformal",
            "3d-crt": "3D conformal",
            "sbrt": "SABR",
            "stereotactic": "SABR",
            "stereotactic radiation": "SABR",
            "cyberknife": "SABR",
            "srs": "radiosurgery",
            "ldrt": "low-dose radiotherapy",
            "proton": "protons",
            "implants": "brachytherapy",
        },
    )
    intent = choice("Why it was given.", RADIOTHERAPY_INTENTS, synonyms={"radical": "curative"})
    site = text("What was irradiated.", example="lung metastasis")
    dose_gy = number("Total physical dose of the course at this site.", "Gy", 0.1, 150, example=54)
    fractions = whole("Number of fractions.", None, 1, 100, example=3)


class IrradiatedLesions(Sourced):
    """Which lesions lay in the target volume of a course."""

    patient_id = identifier("The patient, as in patients.", example="P001")
    course_id = identifier("The course, as in radiotherapy.", example="RT1")
    lesion_id = identifier("The lesion, as in lesions.", example="T1")
    role = choice(
        "What the course meant for this lesion.",
        ["SBRT", "LDRT", "palliative", "other"],
        synonyms={"sabr": "SBRT", "low-dose": "LDRT"},
    )


class Procedures(Sourced):
    """Surgery and ablation."""

    patient_id = identifier("The patient, as in patients.", example="P001")
    day = day("Day of the procedure.", example=-380, required=True)
    procedure = text("What was done.", example="neck dissection")
    site = text("Where.", example="left neck")
    intent = choice("Why it was done.", RADIOTHERAPY_INTENTS, synonyms={"radical": "curative"})
