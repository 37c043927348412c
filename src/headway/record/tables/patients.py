"""Who the patients are, what was found in them and how they fared."""

from headway.record.columns import Sourced, choice, day, identifier, number, text, whole, yes_no

POSITIVE_NEGATIVE = {
    "pos": "positive",
    "+": "positive",
    "neg": "negative",
    "p16+": "positive",
}


class Patients(Sourced):
    """Everyone in the cohort, once; a patient who is not here does not count anywhere."""

    patient_id = identifier("The patient, by the study's own pseudonym.", example="P001")
    sex = choice(
        "Sex at birth.", ["female", "male", "other"], synonyms={"f": "female", "m": "male", "w": "female"}
    )
    birth_day = day("Date of birth.", example=-22_000, partial="middle")
    age_years = number("Age at day 0, where the birth date is not known.", "years", 0, 120, example=61)
    primary_site = text("Site of the primary tumour.", example="oropharynx")
    histology = text("Histology of the primary tumour.", example="squamous cell carcinoma")
    hpv = choice(
        "HPV status by any test of viral DNA or RNA.",
        ["positive", "negative", "indeterminate"],
        synonyms=POSITIVE_NEGATIVE,
    )
    p16 = choice(
        "p16 immunohistochemistry.", ["positive", "negative", "indeterminate"], synonyms=POSITIVE_NEGATIVE
    )
    pd_l1_cps = number("PD-L1 combined positive score.", None, 0, 100, example=20)
    smoking = choice(
        "Smoking status.",
        ["never", "former", "current"],
        synonyms={"non-smoker": "never", "ex-smoker": "former", "smoker": "current"},
    )
    pack_years = number("Pack-years smoked.", "pack-years", 0, 300, example=30)
    ecog = whole("ECOG performance status at day 0.", None, 0, 5, example=1)
    stage = text("Stage at first diagnosis, as the site wrote it.", example="stage iva")
    diagnosis_day = day("First diagnosis of the cancer.", example=-400)
    recurrent_metastatic_day = day(
        "Recurrent or metastatic disease first documented; treatment after it counts as palliative.",
        example=-20,
    )
    enrolment_day = day("Enrolment in the study, or randomisation.", example=0)
    arm = text("Arm or group assigned at day 0.", example="A")
    centre = text("Treating centre.", example="Centre 1")
    vital_status = choice(
        "Alive or dead when last heard of; only needed where the day of death is not known.",
        ["alive", "dead"],
        synonyms={"deceased": "dead", "died": "dead", "living": "alive", "0": "alive", "1": "dead"},
        decisive=True,
    )
    last_alive_day = day(
        "Last day on which the patient was known to be alive, by contact, visit or laboratory sample.",
        example=500,
        partial="last_contact",
    )
    death_day = day("Death from any cause.", example=520, partial="death")
    death_cause = text("Cause of death.", example="head and neck cancer")


class Biomarkers(Sourced):
    """Biomarker results beyond the columns of patients."""

    patient_id = identifier("The patient, as in patients.", example="P001")
    marker = text("What was measured.", example="ctDNA", required=True)
    day = day("Day of the sample.", example=0)
    value = text("Result, number or word.", example="12.5")
    unit = text("Unit of the result.", example="copies/mL")


class QualityOfLife(Sourced):
    """Questionnaires: items as answered, or scales as scored."""

    patient_id = identifier("The patient, as in patients.", example="P001")
    day = day("Day on which the form was filled in.", example=0, required=True)
    instrument = text("Questionnaire.", example="QLQ-C30", required=True)
    item = text("Item number or scale name.", example="29", required=True)
    score = number("Answer (1 to 7) or scale score (0 to 100); empty: not answered.", None, 0, 100, example=5)


class ReportedEndpoints(Sourced):
    """Times and events that a source gives ready-made, without the days behind them."""

    patient_id = identifier("The patient, as in patients.", example="P001")
    endpoint = text("Which endpoint: OS, PFS, …", example="OS", required=True)
    since = text("What the time runs from.", example="enrolment")
    time = number("Time to the event or to the last follow-up.", "time_unit", 0, 36_525, example=12.5)
    time_unit = choice(
        "Unit of the time.",
        ["months", "days", "weeks", "years"],
        synonyms={
            "month": "months",
            "day": "days",
            "week": "weeks",
            "year": "years",
            "d": "days",
            "m": "months",
        },
    )
    event = yes_no("Whether the event happened; no: censored at that time.", decisive=True)
