"""Derived tables of treatment: lines of therapy, their drugs, local events, and roles."""

import dataframely as dy

SETTINGS = ["curative", "palliative", "not known"]
ENDED_BY = ["last dose and its cycle", "next line", "death", "data cut-off"]
HOW_IN_LINE = ["regimen", "swap", "switch maintenance", "same curative treatment"]
LOCAL_EVENTS = ["radiotherapy", "surgery", "ablation", "procedure"]


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
    day = dy.Int32()
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
