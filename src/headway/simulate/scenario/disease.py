"""Lesions, how they grow and are seen, and death."""

from pydantic import Field, field_validator

from headway.simulate.scenario.values import (
    Hazard,
    Millimetres,
    Organ,
    Part,
    Rate,
    Ratio,
    Share,
    Spread,
    adds_to_one,
)


class Lesions(Part):
    """The lesions that a patient has at the start of the first line."""

    number_shares: tuple[Share, ...] = Field(
        default=(0.2, 0.3, 0.25, 0.15, 0.1),
        min_length=1,
        max_length=10,
        description="Patients with 1, 2, 3, … lesions; add up to 1.",
    )
    organ_shares: dict[Organ, Share] = Field(
        default={"head and neck": 0.3, "lymph node": 0.3, "lung": 0.25, "liver": 0.07, "bone": 0.08},
        description="Where a lesion lies; add up to 1. Bone lesions are not measurable (R1.3).",
    )
    size_median_mm: Millimetres = Field(default=26, description="Median longest diameter.")
    node_size_median_mm: Millimetres = Field(default=22, description="Median short axis of a lymph node.")
    size_log_sd: Spread = Field(default=0.4, description="Spread of the logarithm of the size.")
    measurable: bool = Field(
        default=True, description="Every patient's first lesion is measurable (R1.1, R1.2)."
    )
    visible_mm: float = Field(default=2, gt=0, le=10, description="A smaller lesion cannot be seen: 0 mm.")
    normal_node_mm: float = Field(
        default=5, ge=0, lt=10, description="A lymph node is never smaller, however well treated."
    )

    @field_validator("number_shares", "organ_shares")
    @classmethod
    def _whole(cls, shares: dict[str, float] | tuple[float, ...]) -> dict[str, float] | tuple[float, ...]:
        adds_to_one(shares)
        return shares


class Growth(Part):
    """How resistant disease grows, and new lesions. A rate r per month: the size is multiplied by exp(r)."""

    growth_per_month: Rate = Field(
        default=0.10, description="Median growth rate of the diameter of resistant disease."
    )
    patient_log_sd: Spread = Field(
        default=0.5, description="Spread of the logarithm of that rate between patients."
    )
    lesion_log_sd: Spread = Field(default=0.2, description="Spread between the lesions of a patient.")
    hpv_positive_ratio: Ratio = Field(default=0.8, description="Growth rate of HPV-positive disease.")
    untreated_ratio: Ratio = Field(default=1.2, description="Growth rate without a drug that works.")
    new_lesions_per_month: Hazard = Field(default=0.05, description="New lesions at a burden of 50 mm.")
    new_lesions_burden_power: float = Field(
        default=0.5,
        ge=0,
        le=3,
        description="How they depend on the sum of all diameters: (mm / 50) to this power.",
    )
    new_lesion_mm: Millimetres = Field(default=7, description="Size at which a new lesion is first seen.")
    most_new_lesions: int = Field(
        default=5, ge=0, le=20, description="A patient gets no more new lesions than this."
    )


class Survival(Part):
    """The hazard of death: a product of all that stands here."""

    death_per_month: Hazard = Field(
        default=0.05, description="Hazard at a burden of 50 mm on the first line, ECOG 0."
    )
    burden_power: float = Field(
        default=0.8, ge=0, le=3, description="Dependence on burden: (mm / 50) to this power."
    )
    least_burden_mm: Millimetres = Field(
        default=10, description="The hazard is never lower than at this burden."
    )
    hpv_positive_ratio: Ratio = Field(default=0.6, description="HPV-positive against HPV-negative.")
    ecog_ratio: Ratio = Field(default=1.4, description="For each step of ECOG.")
    line_ratio: Ratio = Field(default=1.15, description="For each further line of therapy.")
    off_treatment_ratio: Ratio = Field(default=1.5, description="Without any further treatment.")


class Imaging(Part):
    """Scans and their readers. With all errors 0, readers see the truth to 0.01 mm."""

    interval_days: int = Field(
        default=56, ge=7, le=366, description="From the start of a line to its first scan, and on."
    )
    later_interval_days: int = Field(default=84, ge=7, le=366, description="Interval after the first scans.")
    first_scans: int = Field(default=6, ge=0, le=100, description="Scans of a line with the first interval.")
    jitter_days: int = Field(
        default=0, ge=0, le=28, description="A scan is up to so many days early or late."
    )
    missed_probability: Share = Field(default=0.0, description="Chance that a scan is missed.")
    unreadable_probability: Share = Field(
        default=0.0, description="Chance that a lesion cannot be judged on a scan."
    )
    error_log_sd: Spread = Field(
        default=0.0, description="Error of a reader: spread of the logarithm of a size."
    )
    rounding_mm: float = Field(default=0.01, ge=0.01, le=5, description="Readers round to this.")
    readers: int = Field(
        default=1, ge=1, le=2, description="1: the investigator; 2: an independent reader too."
    )
    baseline_days_before: int = Field(
        default=14, ge=0, le=28, description="Baseline of the first line: up to so many days before."
    )
    prebaseline_days_before: int = Field(
        default=0,
        ge=0,
        le=180,
        description="An earlier scan so long before baseline of the first line, which "
        "must then begin with a drug; 0: none.",
    )
    unequivocal_ratio: float = Field(
        default=1.4,
        gt=1,
        le=5,
        description="A non-target lesion has progressed at this multiple of its smallest size.",
    )
