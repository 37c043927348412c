"""Adverse events, laboratory tests and questionnaires."""

from pydantic import Field, field_validator

from headway.knowledge.drugs import drugs as drug_table
from headway.simulate.scenario.values import ENOUGH, Part, Ratio, Score, Share, Spread, among


class Toxicity(Part):
    """An adverse event of a class of drugs."""

    drug_class: str = Field(description="Class as in the drug table, a drug, or `any`.")
    term: str = Field(description="CTCAE term.")
    soc: str | None = Field(default=None, description="System organ class.")
    grade_probabilities: tuple[Share, ...] = Field(
        min_length=1, max_length=5, description="Chance of grade 1, 2, … as the worst of a line."
    )
    onset_days: float = Field(
        default=21, gt=0, le=1000, description="Median time from the start of the line."
    )
    duration_days: float = Field(default=21, gt=0, le=1000, description="Median duration.")
    stop_probability: Share = Field(default=0.0, description="Chance that grade 3 or 4 ends the treatment.")

    @field_validator("drug_class")
    @classmethod
    def _known(cls, name: str) -> str:
        table = drug_table()
        return among(name, {"any", *table["drug"], *table["drug_class"]}, "drug or class of drugs")

    @field_validator("grade_probabilities")
    @classmethod
    def _at_most_one(cls, grades: tuple[float, ...]) -> tuple[float, ...]:
        if sum(grades) > 1 + ENOUGH:
            raise ValueError(f"probabilities of the grades add up to {sum(grades):g}, which is more than 1")
        return grades


class Lab(Part):
    """A laboratory test, taken at every scan."""

    test: str = Field(description="Name of the test.")
    unit: str = Field(description="Unit.")
    lower_limit: float | None = Field(default=None, description="Lower limit of normal, in unit.")
    upper_limit: float | None = Field(default=None, description="Upper limit of normal, in unit.")
    median: float = Field(gt=0, description="Median without treatment, in unit.")
    log_sd: Spread = Field(default=0.1, description="Spread of the logarithm.")
    decimals: int = Field(default=2, ge=0, le=4, description="Decimals that the laboratory reports.")
    class_ratios: dict[str, Ratio] = Field(
        default={}, description="Multiple of the median on drugs of a class."
    )


class QualityOfLife(Part):
    """EORTC QLQ-C30 scales, filled in at the scans."""

    scales: tuple[Score, ...] = Field(
        default=("QL", "PF", "FA", "PA"), min_length=1, description="Scales recorded."
    )
    best_score: float = Field(
        default=75, ge=0, le=100, description="Mean function score at a burden of 50 mm."
    )
    loss_per_doubling: float = Field(
        default=6, ge=0, le=50, description="Points lost when the burden doubles."
    )
    patient_sd: float = Field(default=12, ge=0, le=50, description="Spread between patients, in points.")
    visit_sd: float = Field(default=8, ge=0, le=50, description="Spread between visits, in points.")
    answered_probability: Share = Field(default=0.9, description="Chance that the form is filled in.")
