"""What the scans show: lesions, their measurements, and the assessment as a whole."""

from headway.record.columns import Sourced, choice, day, identifier, number, text, yes_no

RESPONSES = [
    "CR",
    "PR",
    "SD",
    "NON-CR/NON-PD",
    "PD",
    "NE",
    "iCR",
    "iPR",
    "iSD",
    "NON-iCR/NON-iUPD",
    "iUPD",
    "iCPD",
]
RESPONSE_SYNONYMS = {
    "complete response": "CR",
    "partial response": "PR",
    "stable disease": "SD",
    "progressive disease": "PD",
    "not evaluable": "NE",
    "inevaluable": "NE",
    "nn": "NON-CR/NON-PD",
    "non-cr/non-pd": "NON-CR/NON-PD",
    "mr": "SD",
}
STATUSES = [
    "measured",
    "too small to measure",
    "absent",
    "present",
    "increased",
    "unequivocal progression",
    "equivocal",
    "unequivocal",
    "merged",
    "not evaluable",
]


class Lesions(Sourced):
    """The lesions that are followed, each once (once per reader where readers choose their own)."""

    patient_id = identifier("The patient, as in patients.", example="P001")
    lesion_id = identifier("The lesion, unique within the patient.", example="T1")
    role = choice(
        "Target, non-target (both from baseline) or new.",
        ["target", "non-target", "new"],
        synonyms={"nontarget": "non-target", "non target": "non-target", "new lesion": "new"},
        required=True,
    )
    organ = text("Organ; all lymph nodes are one organ, paired organs are one (R1.5).", example="lung")
    lymph_node = yes_no("Whether it is a lymph node, measured by its short axis (R1.2).")
    metastasis = yes_no("Whether it is a distant metastasis rather than local or regional disease.")
    evaluator = text(
        "The reader who follows it, if readers choose their own lesions.", example="investigator"
    )
    previously_irradiated = yes_no("Whether it lay in an irradiated field before baseline (R1.4).")
    progressed_since_irradiation = yes_no(
        "Whether it grew after that radiotherapy and so is measurable (R1.4)."
    )


class Measurements(Sourced):
    """Each lesion at each scan: its size, or in words what was seen."""

    patient_id = identifier("The patient, as in patients.", example="P001")
    lesion_id = identifier("The lesion, as in lesions.", example="T1")
    day = day("Day of the scan.", example=56, partial="scan", required=True)
    evaluator = text("Who read the scan.", example="investigator")
    diameter_mm = number(
        "Longest diameter; short axis of a lymph node (R1.8). 0: gone.", "mm", 0, 500, example=28
    )
    status = choice(
        "What was seen, where a number does not say it.",
        STATUSES,
        synonyms={
            "too small": "too small to measure",
            "tstm": "too small to measure",
            "not assessable": "not evaluable",
            "inevaluable": "not evaluable",
            "not done": "not evaluable",
            "disappeared": "absent",
            "resolved": "absent",
            "progression": "unequivocal progression",
            "unequivocal pd": "unequivocal progression",
        },
        decisive=True,
    )


class Assessments(Sourced):
    """Each scan or visit as a whole, done or missed, with the response that somebody reported."""

    patient_id = identifier("The patient, as in patients.", example="P001")
    day = day("Day of the scan; for a missed one the day planned.", example=56, partial="scan", required=True)
    visit = text("Name of the visit.", example="week 8")
    evaluator = text("Who read the scan.", example="investigator")
    done = yes_no("No: the scan was missed (R1.14).", decisive=True)
    reported_response = choice(
        "Overall response as reported.", RESPONSES, synonyms=RESPONSE_SYNONYMS, decisive=True
    )
    reported_target_response = choice("Target response as reported.", RESPONSES, synonyms=RESPONSE_SYNONYMS)
    reported_non_target_response = choice(
        "Non-target response as reported.", RESPONSES, synonyms=RESPONSE_SYNONYMS
    )
    reported_new_lesion = yes_no("Whether a new lesion was reported.")
    reported_size_change_percent = number(
        "Change of the target sum from baseline, where no diameters are recorded.",
        "%",
        -100,
        2000,
        example=-35,
    )
    criteria = text("How the response was judged: RECIST 1.1, iRECIST, clinical, …", example="RECIST 1.1")
    progression_site = text("Where it progressed: local, regional, distant.", example="distant")
