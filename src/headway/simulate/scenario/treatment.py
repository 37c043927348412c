"""Lines of systemic therapy, and when radiotherapy is given."""

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from headway.knowledge.drugs import drugs as drug_table
from headway.simulate.scenario.values import (
    Days,
    Hazard,
    Organ,
    Part,
    Rate,
    Ratio,
    Share,
    Spread,
    adds_to_one,
    among,
)


class Drug(Part):
    """A drug of a regimen and its schedule."""

    drug: str = Field(description="Generic name.")
    every_days: int = Field(default=21, ge=1, le=91, description="Days between doses.")
    cycles: int | None = Field(
        default=None, ge=1, le=500, description="Most doses; empty: until the line ends."
    )
    dose: float | None = Field(default=None, gt=0, le=100_000, description="Dose, in dose_unit.")
    dose_unit: str | None = Field(default=None, description="Unit of the dose.")

    @field_validator("drug")
    @classmethod
    def _known(cls, drug: str) -> str:
        return among(drug, set(drug_table()["drug"]), "drug")


class Kind(Part):
    """One way in which disease may answer to a regimen.

    A lesion is the sum of a sensitive part that shrinks and a resistant part that grows.
    """

    share: Share = Field(default=0.0, description="Patients who answer like this.")
    sensitive_fraction: Share = Field(description="Median part of a lesion that is sensitive.")
    shrinkage_per_month: Rate = Field(description="Rate at which the sensitive part shrinks.")
    growth_ratio: Ratio = Field(description="Growth rate of the resistant part.")
    new_lesions_ratio: Ratio = Field(description="Hazard of new lesions.")


def _kind(sensitive: float, shrinkage: float, growth: float, new: float) -> Kind:
    return Kind(
        sensitive_fraction=sensitive,
        shrinkage_per_month=shrinkage,
        growth_ratio=growth,
        new_lesions_ratio=new,
    )


def _with_defaults(name: str, written: object) -> object:
    """A kind as written over its defaults, so that a share alone is enough."""
    return DEFAULT_KINDS[name].model_dump() | written if isinstance(written, dict) else written


DEFAULT_KINDS = {
    "complete": _kind(0.997, 1.2, 0.8, 0.1),
    "partial": _kind(0.85, 0.6, 0.8, 0.4),
    "stable": _kind(0.25, 0.3, 0.8, 0.8),
    "progressing": _kind(0.02, 0.3, 1.6, 1.5),
}
KINDS = tuple(DEFAULT_KINDS)


class Regimen(Part):
    """A regimen: its drugs, and how disease answers to it. The shares of the four kinds add up to 1."""

    name: str = Field(min_length=1, description="Name, by which lines cite it.")
    drugs: tuple[Drug, ...] = Field(description="Its drugs; [] where radiotherapy alone or nothing is given.")
    complete: Kind = Field(default=DEFAULT_KINDS["complete"], description="All lesions vanish, for a time.")
    partial: Kind = Field(default=DEFAULT_KINDS["partial"], description="Lesions shrink by more than 30 %.")
    stable: Kind = Field(default=DEFAULT_KINDS["stable"], description="Lesions shrink or grow little.")
    progressing: Kind = Field(default=DEFAULT_KINDS["progressing"], description="Lesions grow on.")
    sensitive_logit_sd: Spread = Field(
        default=0.5, description="Spread of the sensitive part between lesions, logit."
    )
    hpv_positive_odds_ratio: float = Field(
        default=1.0, gt=0, le=100, description="Odds of complete or partial response of HPV-positive disease."
    )
    cps_20_odds_ratio: float = Field(
        default=1.0, gt=0, le=100, description="Odds of complete or partial response at a CPS of 20 or more."
    )
    lasting: bool = Field(
        default=False, description="The effect goes on after the last dose, as of immunotherapy."
    )
    stops_per_month: Hazard = Field(
        default=0.0, description="Hazard of stopping for a reason not modelled otherwise."
    )
    beyond_progression_share: Share = Field(
        default=0.0, description="Chance at a progression that the regimen is continued all the same."
    )
    holiday_probability: Share = Field(default=0.0, description="Chance of one treatment holiday.")
    holiday_days: Days = Field(default=70, description="Length of a holiday.")

    @field_validator("complete", "partial", "stable", "progressing", mode="before")
    @classmethod
    def _defaults(cls, written: object, info) -> object:
        return _with_defaults(info.field_name, written)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        adds_to_one(tuple(getattr(self, name).share for name in KINDS))
        return self


class Line(Part):
    """A line of therapy: who gets it, and which regimen. Lines follow each other in the order of the file."""

    regimens: dict[str, Share] = Field(min_length=1, description="Regimens by name; shares add up to 1.")
    share: Share = Field(
        default=1.0,
        description="Of those who come to this line, who get it; the others go on to the next line.",
    )
    fit_share: Share = Field(
        default=1.0,
        description="Of those who progressed, who are fit for it; the others get no further drug.",
    )
    least_gap_days: int = Field(
        default=7, ge=1, le=28, description="Shortest time from the last scan to its start."
    )
    most_gap_days: int = Field(
        default=21, ge=1, le=28, description="Longest time; with R1.7 no more than 28 days."
    )

    @model_validator(mode="after")
    def _gap(self) -> Self:
        adds_to_one(self.regimens)
        if self.least_gap_days > self.most_gap_days:
            raise ValueError("least_gap_days is more than most_gap_days")
        return self


class RadiotherapyPolicy(Part):
    """When a clinician irradiates, which lesions, and what it does."""

    when: Literal["planned", "while on line", "oligoprogression", "consolidation", "palliation"] = Field(
        description="planned: with the start of the line; while on line: at random, at hazard_per_month; "
        "oligoprogression: at a progression of at most most_lesions lesions, and the line goes on; "
        "consolidation: at a scan without progression, of at most most_lesions lesions; palliation: when a "
        "line ends."
    )
    lines: tuple[int, ...] = Field(
        default=(), description="Lines in which it is given, by place (1, 2, …); empty: all."
    )
    probability: Share = Field(default=1.0, description="Chance at each occasion.")
    hazard_per_month: Hazard = Field(
        default=0.0, description="Of `while on line`: hazard while the drugs are given."
    )
    candidate_share: Share = Field(default=1.0, description="Patients for whom it is thought of at all.")
    from_scan: int = Field(
        default=2, ge=1, le=100, description="Of consolidation: from this scan of the line on."
    )
    lesions: Literal["largest", "progressing", "all", "rest"] = Field(
        default="largest", description="Which lesions; rest: those that no other course has hit."
    )
    organs: tuple[Organ, ...] = Field(default=(), description="Only lesions there; empty: anywhere.")
    most_lesions: int = Field(default=3, ge=1, le=30, description="No more lesions than this.")
    most_courses: int = Field(
        default=1, ge=1, le=10, description="No more courses of this kind in a patient."
    )
    delay_days: Days = Field(default=10, description="From the decision to the first fraction.")
    technique: Literal["external beam", "3D conformal", "IMRT", "VMAT", "SABR", "low-dose radiotherapy"] = (
        Field(default="SABR", description="As recorded.")
    )
    intent: Literal["palliative", "ablative"] = Field(default="ablative", description="As recorded.")
    role: Literal["SBRT", "LDRT", "palliative", "other"] = Field(
        default="SBRT", description="Of the lesions, as recorded."
    )
    dose_gy: float = Field(default=30, ge=1, le=100, description="Dose of a course.")
    fractions: int = Field(default=3, ge=1, le=40, description="Fractions, one every other day.")
    cure_probability: Share = Field(
        default=0.8, description="Chance that an irradiated lesion never grows again."
    )
    kill_fraction: Share = Field(
        default=0.7, description="Part of a lesion that is not cured which shrinks away."
    )
    shrinkage_per_month: Rate = Field(default=0.5, description="Rate at which what was killed shrinks.")
    growth_ratio: Ratio = Field(
        default=1.0, description="True systemic effect: growth and new lesions from then on."
    )
    death_ratio: Ratio = Field(
        default=1.0, description="True systemic effect on the hazard of death from then on."
    )
