"""Who is enrolled, and when."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from headway.simulate.scenario.values import ENOUGH, Hazard, Part, Share, Site, adds_to_one


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
        adds_to_one(shares)
        return shares

    @model_validator(mode="after")
    def _cps(self) -> Self:
        if self.cps_below_1_share + self.cps_20_or_more_share > 1 + ENOUGH:
            raise ValueError("cps_below_1_share and cps_20_or_more_share together are more than 1")
        return self
