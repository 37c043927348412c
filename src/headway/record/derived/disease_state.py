"""Derived tables of the state of metastatic disease."""

import dataframely as dy

STATES = [  # the nine states of ESTRO and EORTC, in their order
    "synchronous oligometastatic disease",
    "metachronous oligorecurrence",
    "metachronous oligoprogression",
    "repeat oligorecurrence",
    "repeat oligoprogression",
    "repeat oligopersistence",
    "induced oligorecurrence",
    "induced oligoprogression",
    "induced oligopersistence",
]
OTHER_STATES = ["polymetastatic", "no metastasis", "cannot tell"]


class MetastaticImaging(dy.Schema):
    """One row per patient, reader and day of imaging. An earlier history may be added as rows."""

    patient_id = dy.String()
    evaluator = dy.String(nullable=True)
    day = dy.Int32()
    metastases = dy.UInt32()  # distinct, present, and not controlled by an ablative course
    new = dy.UInt32()  # of these, seen for the first time
    growing = dy.UInt32()  # of these, seen before and grown
    controlled = dy.UInt32()  # treated by an ablative course and not grown since: not in metastases
    unknown = dy.UInt32()  # lesions of which the record does not say whether they are metastases
    organs = dy.UInt32()
    locoregional = dy.UInt32()  # lesions present that are no metastases (R7.4)
    treatable = dy.Bool(nullable=True)  # all by radical local treatment; null: not recorded


class DiseaseStates(dy.Schema):
    """One row per patient, reader and day of imaging: the state, with the answers that lead to it."""

    patient_id = dy.String()
    evaluator = dy.String(nullable=True)
    day = dy.Int32()
    state = dy.String(check=lambda column: column.is_in([*STATES, *OTHER_STATES]))
    number = dy.Int8(nullable=True, min=1, max=9)
    since_day = dy.Int32()  # of the imaging that the state was decided on
    metastases = dy.UInt32()
    locoregional = dy.UInt32()
    within_limit = dy.Bool(nullable=True)  # Q0
    polymetastatic_before = dy.Bool(nullable=True)  # Q1
    oligometastatic_before = dy.Bool(nullable=True)  # Q2
    metachronous = dy.Bool(nullable=True)  # Q3
    on_systemic_therapy = dy.Bool(nullable=True)  # Q4
    progressing = dy.Bool()  # Q5
    reason = dy.String()
