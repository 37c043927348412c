"""The scenario: every parameter of the disease model, in TOML. A time is in the unit that its name ends with.

Shares and probabilities lie between 0 and 1; a ratio multiplies (1: no effect). docs/reference/scenario.md is
printed from these classes.
"""

import difflib
import itertools
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from headway.knowledge.drugs import drugs as drug_table

Share = Annotated[float, Field(ge=0, le=1)]
Ratio = Annotated[float, Field(ge=0, le=100)]
Hazard = Annotated[float, Field(ge=0, le=10)]
Rate = Annotated[float, Field(ge=0, le=20)]
Spread = Annotated[float, Field(ge=0, le=3)]
Millimetres = Annotated[float, Field(gt=0, le=300)]
Days = Annotated[int, Field(ge=0, le=3650)]

Site = Literal["oral cavity", "oropharynx", "larynx", "hypopharynx", "nasopharynx", "other"]
Organ = Literal["head and neck", "lymph node", "lung", "liver", "bone", "other"]
Score = Literal["QL", "PF", "RF", "EF", "CF", "SF", "FA", "NV", "PA", "DY", "SL", "AP", "CO", "DI", "FI"]

ENOUGH = 1e-6  # how far from 1 shares may add up


class Part(BaseModel):
    """A table of the scenario: a key that is not declared is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _adds_to_one(shares: dict[str, float] | tuple[float, ...]) -> None:
    total = sum(shares.values() if isinstance(shares, dict) else shares)
    if abs(total - 1) > ENOUGH:
        raise ValueError(f"shares must add up to 1; these add up to {total:g}")


def _among(written: str, known: set[str], what: str) -> str:
    if written not in known:
        near = difflib.get_close_matches(written, sorted(known), n=3, cutoff=0.5)
        hint = f"; near: {', '.join(near)}" if near else ""
        raise ValueError(f"'{written}' is no {what} of the drug table{hint}")
    return written


class Calendar(Part):
    """When patients are enrolled, and until when they are followed."""

    told_in: Literal["days", "dates"] = Field(
        default="days",
        description="Days from the patient's own day 0 (first dose of the index line), or dates.",
    )
    accrual_start: date = Field(default=date(2019, 1, 1), description="First day of enrolment.")
    accrual_months: float = Field(
        default=36, ge=0, le=600, description="How long patients are enrolled, evenly."
    )
    cutoff_months: float = Field(
        default=60,
        ge=0,
        le=1200,
        description="Data cut-off, since the first day of enrolment; nothing later is recorded.",
    )
    dropout_per_month: Hazard = Field(
        default=0.0, description="Hazard of loss to follow-up since the index line."
    )
    horizon_months: float = Field(
        default=240, gt=0, le=1200, description="The model stops here; who lives longer has no day of death."
    )

    @model_validator(mode="after")
    def _cut_after_accrual(self) -> Self:
        if self.cutoff_months < self.accrual_months:
            raise ValueError("cutoff_months must not lie before the end of accrual (accrual_months)")
        return self


class Cohort(Part):
    """Who the patients are."""

    age_median_years: float = Field(default=62, ge=18, le=95, description="Median age at day 0.")
    age_sd_years: float = Field(default=9, ge=0, le=30, description="Standard deviation of age.")
    female_share: Share = Field(default=0.22, description="Women.")
    site_shares: dict[Site, Share] = Field(
        default={"oral cavity": 0.3, "oropharynx": 0.35, "larynx": 0.2, "hypopharynx": 0.1, "other": 0.05},
        description="Primary sites; add up to 1.",
    )
    hpv_positive_shares: dict[Site, Share] = Field(
        default={"oropharynx": 0.5},
        description="HPV-positive patients of each site; 0 where a site is not named.",
    )
    hpv_tested_share: Share = Field(default=1.0, description="Patients whose HPV status is recorded.")
    p16_agreement: Share = Field(default=0.95, description="Chance that p16 says the same as HPV.")
    cps_below_1_share: Share = Field(default=0.15, description="Patients with a PD-L1 CPS below 1.")
    cps_20_or_more_share: Share = Field(default=0.4, description="Patients with a CPS of 20 or more.")
    smoking_shares: dict[Literal["never", "former", "current"], Share] = Field(
        default={"never": 0.25, "former": 0.45, "current": 0.3}, description="Smoking status; add up to 1."
    )
    pack_years_median: float = Field(
        default=30, gt=0, le=200, description="Median pack-years of those who smoked."
    )
    ecog_shares: tuple[Share, ...] = Field(
        default=(0.3, 0.55, 0.15), min_length=1, max_length=5, description="ECOG 0, 1, 2, …; add up to 1."
    )
    centres: int = Field(default=1, ge=1, le=500, description="Number of centres.")
    chemoradiotherapy_share: Share = Field(
        default=0.0,
        description="Patients treated with 70 Gy and cisplatin after the diagnosis, with curative intent, if "
        "recurrence came more than 200 days later.",
    )
    diagnosis_to_recurrence_months: float = Field(
        default=14,
        gt=0,
        le=240,
        description="Median time from first diagnosis to recurrent or metastatic disease.",
    )

    @field_validator("site_shares", "smoking_shares", "ecog_shares")
    @classmethod
    def _whole(cls, shares: dict[str, float] | tuple[float, ...]) -> dict[str, float] | tuple[float, ...]:
        _adds_to_one(shares)
        return shares

    @model_validator(mode="after")
    def _cps(self) -> Self:
        if self.cps_below_1_share + self.cps_20_or_more_share > 1 + ENOUGH:
            raise ValueError("cps_below_1_share and cps_20_or_more_share together are more than 1")
        return self


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
        _adds_to_one(shares)
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
        return _among(drug, set(drug_table()["drug"]), "drug")


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
        _adds_to_one(tuple(getattr(self, name).share for name in KINDS))
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
        _adds_to_one(self.regimens)
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
        return _among(name, {"any", *table["drug"], *table["drug_class"]}, "drug or class of drugs")

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


class Stretch(Part):
    """Candidates of the seed who stand next to each other."""

    first_candidate: int = Field(ge=0, le=2**31, description="The first of them.")
    candidates: int = Field(
        ge=1, le=20_000_000, description="How many; who of them starts the index line is in the cohort."
    )


class Scenario(Part):
    """A whole scenario."""

    title: str = Field(min_length=1, description="What is simulated.")
    patients: int = Field(ge=1, le=20_000_000, description="Patients of the cohort.")
    seed: int = Field(default=1, ge=0, le=2**63 - 1, description="Same seed, same record.")
    first_candidate: int = Field(
        default=0,
        ge=0,
        le=2**31,
        description="Patients of a seed are numbered without end; the cohort begins with this one.",
    )
    stretches: tuple[Stretch, ...] = Field(
        default=(),
        max_length=1000,
        description="In place of first_candidate: the cohort is made of these stretches, in ascending order, "
        "and goes on after the last one if more `patients` are wanted.",
    )
    index_line: int = Field(
        default=1,
        ge=1,
        description="The line (by place) with which patients enter: who never starts it is not in the "
        "cohort. Its start is enrolment and day 0, and lesions are recorded from its baseline on.",
    )
    index_measurable: bool = Field(
        default=False,
        description="Nobody enters without a target lesion at the baseline of the index line (R1.1, R1.2).",
    )
    calendar: Calendar = Field(default_factory=Calendar, description="Accrual, drop-out and cut-off.")
    cohort: Cohort = Field(default_factory=Cohort, description="Patients.")
    lesions: Lesions = Field(default_factory=Lesions, description="Lesions at the start.")
    growth: Growth = Field(default_factory=Growth, description="Growth and new lesions.")
    survival: Survival = Field(default_factory=Survival, description="Death.")
    imaging: Imaging = Field(default_factory=Imaging, description="Scans and readers.")
    regimen: tuple[Regimen, ...] = Field(min_length=1, description="Regimens.")
    line: tuple[Line, ...] = Field(min_length=1, max_length=12, description="Lines of therapy, in order.")
    radiotherapy: tuple[RadiotherapyPolicy, ...] = Field(
        default=(), max_length=8, description="Radiotherapy."
    )
    toxicity: tuple[Toxicity, ...] = Field(default=(), description="Adverse events.")
    lab: tuple[Lab, ...] = Field(default=(), description="Laboratory tests.")
    quality_of_life: QualityOfLife | None = Field(default=None, description="Questionnaires; empty: none.")

    @field_validator("stretches")
    @classmethod
    def _one_after_the_other(cls, stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
        for place, (before, after) in enumerate(itertools.pairwise(stretches), 2):
            last = before.first_candidate + before.candidates - 1
            if after.first_candidate <= last:
                raise ValueError(
                    f"stretch {place} begins with candidate {after.first_candidate}, but stretch {place - 1} "
                    f"goes on to candidate {last}; stretches must be in ascending order and not overlap"
                )
        return stretches

    @model_validator(mode="after")
    def _one_choice_of_candidates(self) -> Self:
        if self.stretches and self.first_candidate:
            raise ValueError("first_candidate and stretches exclude each other; leave one out")
        return self

    @model_validator(mode="after")
    def _lines_are_there(self) -> Self:
        known = [regimen.name for regimen in self.regimen]
        if len(set(known)) < len(known):
            raise ValueError("two regimens have the same name")
        for place, line in enumerate(self.line, 1):
            for name in set(line.regimens) - set(known):
                raise ValueError(f"line {place} cites regimen '{name}'; known: {', '.join(known)}")
        beyond = [
            place for one in self.radiotherapy for place in one.lines if not 1 <= place <= len(self.line)
        ]
        if self.index_line > len(self.line) or beyond:
            raise ValueError(
                f"there are {len(self.line)} lines, but line {max([self.index_line, *beyond])} is cited"
            )
        if all(self.line[place].share == 0 for place in [self.index_line - 1]):
            raise ValueError(f"nobody gets the index line (line {self.index_line} has share 0)")
        return self
