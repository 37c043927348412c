"""Derived tables of treatment: lines of therapy, their drugs, local events, and roles."""

import dataframely as dy

SETTINGS = ["curative", "palliative", "not known"]
ENDED_BY = ["last dose and its cycle", "next line", "death", "data cut-off"]
HOW_IN_LINE = ["regimen", "swap", "switch maintenance", "same curative treatment"]
LOCAL_EVENTS = ["radiotherapy", "surgery", "ablation"]


class Lines(dy.Schema):
    """One row per line of systemic therapy; lines of one patient never overlap."""

    patient_id = dy.String()
    line = dy.Int32()  # 1, 2, 3 … over all settings
    setting = dy.String(check=lambda column: column.is_in(SETTINGS))
    setting_line = dy.Int32()  # 1, 2, 3 … within the setting: palliative 1 is the first R/M line
    setting_basis = dy.String()  # what the setting was read from
    regimen = dy.String()  # name in the regimen table, else the drugs joined
    regimen_key = dy.String(nullable=True)  # null: not in the regimen table
    drugs = dy.List(dy.String())  # every drug of the line, swaps and switch maintenance included
    classes = dy.List(dy.String())
    start_day = dy.Int32()
    last_dose_day = dy.Int32()  # last day of any drug of the line
    end_day = dy.Int32()  # last dose + cycle - 1, cut at the next line, death or data cut-off (R4.10)
    ended_by = dy.String(check=lambda column: column.is_in(ENDED_BY))
    end_uncertain = dy.Bool()  # a drug with one row and no end: one dose, still going on, or forgotten
    maintenance_day = dy.Int32(nullable=True)  # first day of the maintenance phase (R4.6, R4.8)
    holidays = dy.UInt32()  # pauses of the whole line
    longest_holiday_days = dy.Int32(nullable=True)
    reintroduction = dy.Bool()  # resumed after a holiday without PD (R4.16)
    rechallenge = dy.Bool()  # a class of an earlier palliative line is given again (R4.16)
    rechallenged = dy.List(dy.String())  # these classes; drugs, in classes of unlike drugs
    progression_day = dy.Int32(nullable=True)  # first PD after the start, up to the start of the next line
    next_line_day = dy.Int32(nullable=True)
    reason = dy.String()  # why the line begins where it does


class LineDrugs(dy.Schema):
    """One row per line and drug."""

    patient_id = dy.String()
    line = dy.Int32()
    drug = dy.String()
    drug_class = dy.String()  # the drug's own name if the drug table does not know it
    how = dy.String(check=lambda column: column.is_in(HOW_IN_LINE))
    first_day = dy.Int32()
    last_day = dy.Int32()
    rows = dy.UInt32()  # rows of the record behind it


class LineDoses(dy.Schema):
    """One row per administration and line: an interval that runs on into the next line has a part in each."""

    patient_id = dy.String()
    line = dy.Int32()
    drug = dy.String()
    drug_class = dy.String()
    start_day = dy.Int32()
    last_day = dy.Int32()
    carried_over = dy.Bool()  # the administration began in an earlier line
    why = dy.String()  # "first given within the window (R4.3)"
    dose = dy.Float64(nullable=True)
    dose_unit = dy.String(nullable=True)
    source_file = dy.String(nullable=True)
    source_sheet = dy.String(nullable=True)
    source_line = dy.Int64(nullable=True)


class UnusedDrugs(dy.Schema):
    """One row per drug row of the record that is in no line, and why."""

    patient_id = dy.String()
    drug = dy.String()
    start_day = dy.Int32(nullable=True)
    reason = dy.String()
    source_file = dy.String(nullable=True)
    source_sheet = dy.String(nullable=True)
    source_line = dy.Int64(nullable=True)


class LineCounts(dy.Schema):
    """One row per patient: lines in the form N (C+P) of Saini and Twelves."""

    patient_id = dy.String()
    lines = dy.UInt32()
    curative = dy.UInt32()
    palliative = dy.UInt32()
    not_known = dy.UInt32()
    text = dy.String()  # "5 (1+4)"


class LocalEvents(dy.Schema):
    """One row per radiotherapy course, operation or ablation, with the line in progress (R4.11)."""

    patient_id = dy.String()
    day = dy.Int32(nullable=True)  # null: the day is not known, so neither is the line
    end_day = dy.Int32(nullable=True)
    event = dy.String(check=lambda column: column.is_in(LOCAL_EVENTS))
    what = dy.String()  # "SABR, lung"
    line = dy.Int32(nullable=True)  # null: outside every line
    setting = dy.String(nullable=True)
    day_of_line = dy.Int32(nullable=True)  # 0: the day on which the line starts
    source_table = dy.String()
    source_file = dy.String(nullable=True)
    source_sheet = dy.String(nullable=True)
    source_line = dy.Int64(nullable=True)


class LineDifferences(dy.Schema):
    """One row per line start that one way of counting has and the other has not."""

    patient_id = dy.String()
    day = dy.Int32()
    starts_by = dy.String()  # name of the rule set that starts a line here
    not_by = dy.String()
    line = dy.Int32()  # its number there
    regimen = dy.String()
    reason = dy.String()


class LineAgreement(dy.Schema):
    """One row per pair of ways of counting: how many patients they agree on."""

    one = dy.String()
    other = dy.String()
    patients = dy.UInt32()  # with a line by either
    lines_of_one = dy.UInt32()
    lines_of_other = dy.UInt32()
    same_number_of_lines = dy.UInt32()  # patients
    same_starts = dy.UInt32()  # patients
    shared_starts = dy.UInt32()  # lines


class LineRoles(dy.Schema):
    """One row per line: what it means in the sequence around immunotherapy (domain.md 4)."""

    patient_id = dy.String()
    line = dy.Int32()
    setting = dy.String()
    start_day = dy.Int32()
    immune_checkpoint_inhibitor = dy.Bool()
    chemotherapy = dy.Bool()  # a cytotoxic drug or an anti-EGFR antibody
    role = dy.String(nullable=True)  # "ICI", "LCBI", "1st SCAI", "2nd SCAI", …
    salvage = dy.Int32(nullable=True)  # 1, 2, … for SCAI
    anti_egfr_before = dy.String(nullable=True)  # null: no anti-EGFR antibody in this line
    days_beyond_progression = dy.Int32(nullable=True)  # last dose (of the ICI) - PD, where it came after
    treated_beyond_progression = dy.Bool()


class Roles(dy.Schema):
    """One row per patient: the lines that a study anchors on."""

    patient_id = dy.String()
    first_line_day = dy.Int32(nullable=True)  # first palliative line
    ici_line = dy.Int32(nullable=True)  # first line with an immune checkpoint inhibitor
    ici_day = dy.Int32(nullable=True)
    ici_lines = dy.UInt32()
    last_ici_line_before_scai1 = dy.Int32(nullable=True)
    lcbi_line = dy.Int32(nullable=True)
    lcbi_day = dy.Int32(nullable=True)
    scai1_line = dy.Int32(nullable=True)
    scai1_day = dy.Int32(nullable=True)
    scai2_line = dy.Int32(nullable=True)
    scai2_day = dy.Int32(nullable=True)


class DrugResistance(dy.Schema):
    """One row per patient: progression on or soon after platinum and cetuximab (R4.20, R4.21)."""

    patient_id = dy.String()
    platinum_refractory = dy.Bool(nullable=True)  # null: never had platinum
    platinum_refractory_day = dy.Int32(nullable=True)
    platinum_reason = dy.String()
    cetuximab_status = dy.String()  # "resistant", "exposed", "naive"
    cetuximab_resistant_day = dy.Int32(nullable=True)
    cetuximab_reason = dy.String()


class Pd1Resistance(dy.Schema):
    """One row per line with a PD-1 or PD-L1 inhibitor: resistance by SITC 2020 (R4.18)."""

    patient_id = dy.String()
    line = dy.Int32()
    with_chemotherapy = dy.Bool()
    exposure_days = dy.Int32()  # first dose to PD, at most to the end of the last cycle
    progression_day = dy.Int32(nullable=True)
    best_response = dy.String(nullable=True)  # before PD; null: none on record
    phenotype = dy.String()
    confirmed = dy.Bool(nullable=True)  # null: no confirmation asked for
    label = dy.String()  # phenotype, "unconfirmed" put before it where that holds
    reason = dy.String()


class ClassExposure(dy.Schema):
    """One row per patient and group of drugs: days of exposure over the whole R/M setting (R4.17)."""

    patient_id = dy.String()
    drugs = dy.String()  # name of the group
    exposed = dy.Bool()
    lines = dy.UInt32()
    span_days = dy.Int32()  # days of the lines with such a drug
    gap_excluded_days = dy.Int32()  # days covered by a dose and its cycle
    dose_days = dy.Int32()  # doses x cycle


class LineExposure(dy.Schema):
    """One row per line and group of drugs that it contains."""

    patient_id = dy.String()
    line = dy.Int32()
    setting = dy.String()
    drugs = dy.String()
    span_days = dy.Int32()
    gap_excluded_days = dy.Int32()
    dose_days = dy.Int32()


class DoseIntensity(dy.Schema):
    """One row per line, drug and unit with doses of single administrations."""

    patient_id = dy.String()
    line = dy.Int32()
    drug = dy.String()
    dose_unit = dy.String(nullable=True)
    doses = dy.UInt32()
    doses_not_known = dy.UInt32()  # administrations without a dose, or intervals: not counted
    total_dose = dy.Float64()
    weeks = dy.Float64()  # first dose to the end of the last cycle
    dose_per_week = dy.Float64()
