"""Radiobiology: what a dose is worth, by the formulas of domain.md 8.1.

Doses in Gy, times in days, alpha/beta in Gy, alpha per Gy. Formulas on courses are polars expressions; those
of tumour control and complications are numbers. Above 10 Gy a fraction a linear-quadratic BED only ranks.
"""

import math
from collections.abc import Sequence

import polars as pl

MILLIGRAY = 1000  # thresholds are decided in whole milligray: 30 x 2 and 5 x 8 Gy are 72 Gy to the last digit


def bed_gy(dose_gy: pl.Expr, fractions: pl.Expr, alpha_beta_gy: float | pl.Expr) -> pl.Expr:
    """Biologically effective dose: D x (1 + d / (alpha/beta)), in Gy (R8.1, Fowler 1989).

    >>> course = pl.DataFrame({"dose_gy": [70.0], "fractions": [35]})
    >>> round(course.select(bed_gy(pl.col("dose_gy"), pl.col("fractions"), 10)).item(), 6)
    84.0
    """
    return dose_gy + dose_gy * dose_gy / (fractions * alpha_beta_gy)


def eqd2_gy(dose_gy: pl.Expr, fractions: pl.Expr, alpha_beta_gy: float | pl.Expr) -> pl.Expr:
    """The dose in fractions of 2 Gy that is worth the same, in Gy (R8.2, Withers 1983).

    >>> course = pl.DataFrame({"dose_gy": [54.0], "fractions": [18]})
    >>> round(course.select(eqd2_gy(pl.col("dose_gy"), pl.col("fractions"), 10)).item(), 6)
    58.5
    """
    return (dose_gy * alpha_beta_gy + dose_gy * dose_gy / fractions) / (2 + alpha_beta_gy)


def reaches_bed(
    dose_gy: pl.Expr, fractions: pl.Expr, *, threshold_gy: float, alpha_beta_gy: float
) -> pl.Expr:
    """Whether the BED is at least the threshold, decided exactly.

    BED >= t means D x n x (alpha/beta) + D x D >= t x n x (alpha/beta): whole numbers, in milligray.

    >>> course = pl.DataFrame({"dose_gy": [60.0, 40.0, 54.0], "fractions": [30, 5, 18]})
    >>> course.select(reaches_bed(pl.col("dose_gy"), pl.col("fractions"), threshold_gy=72, alpha_beta_gy=10)
    ...     ).to_series().to_list()
    [True, True, False]
    """
    dose = milligray(dose_gy)
    share = fractions.cast(pl.Int64) * round(alpha_beta_gy * MILLIGRAY)
    return dose * share + dose * dose >= round(threshold_gy * MILLIGRAY) * share


def milligray(dose_gy: pl.Expr) -> pl.Expr:
    """A dose in whole milligray."""
    return (dose_gy * MILLIGRAY).round().cast(pl.Int64)


def repopulated_bed_gy(
    bed: pl.Expr,
    overall_days: pl.Expr,
    *,
    alpha_per_gy: float,
    kickoff_days: float,
    doubling_days: float,
) -> pl.Expr:
    """BED less what the tumour regrows: BED - ln 2 x max(0, T - Tk) / (alpha x Tp), in Gy (R8.3, Dale 1989).

    alpha, Tk and Tp differ from paper to paper, so none has a default.

    >>> course = pl.DataFrame({"bed": [84.0], "days": [47]})
    >>> lost = repopulated_bed_gy(pl.col("bed"), pl.col("days"), alpha_per_gy=0.35, kickoff_days=28,
    ...                           doubling_days=3)
    >>> round(course.select(lost).item(), 2)
    71.46
    """
    late = (overall_days - kickoff_days).clip(lower_bound=0)
    return bed - math.log(2) / (alpha_per_gy * doubling_days) * late


def scheduled_days(fractions: pl.Expr) -> pl.Expr:
    """Overall days of one fraction a day, five a week, begun on a Monday (R8.4).

    >>> pl.DataFrame({"n": [35, 33, 30, 18, 10]}).select(scheduled_days(pl.col("n"))).to_series().to_list()
    [47, 45, 40, 24, 12]
    """
    return 7 * ((fractions - 1) // 5) + (fractions - 1) % 5 + 1


def linear_quadratic_linear_bed_gy(
    dose_gy: pl.Expr, fractions: pl.Expr, *, alpha_beta_gy: float, transition_gy: float
) -> pl.Expr:
    """BED that goes on along its tangent above the transition dose a fraction (R8.5, Astrahan 2008).

    >>> course = pl.DataFrame({"dose_gy": [30.0], "fractions": [1]})
    >>> bed = linear_quadratic_linear_bed_gy(pl.col("dose_gy"), pl.col("fractions"), alpha_beta_gy=10,
    ...                                      transition_gy=10)
    >>> round(course.select(bed).item(), 6)
    80.0
    """
    per_fraction = dose_gy / fractions
    at_transition = transition_gy * (1 + transition_gy / alpha_beta_gy)
    slope = 1 + 2 * transition_gy / alpha_beta_gy
    straight = fractions * (at_transition + slope * (per_fraction - transition_gy))
    bent = bed_gy(dose_gy, fractions, alpha_beta_gy)
    return pl.when(per_fraction > transition_gy).then(straight).otherwise(bent)


def tumour_control_poisson(bed: float, *, clonogens: float, alpha_per_gy: float) -> float:
    """Probability that no clonogen survives: exp(-N0 x exp(-alpha x BED)) (R8.7, Webb and Nahum 1993).

    >>> round(tumour_control_poisson(84, clonogens=1e7, alpha_per_gy=0.3), 5)
    0.99989
    """
    return math.exp(-clonogens * math.exp(-alpha_per_gy * bed))


def tumour_control_logistic(eqd2: float, *, d50_gy: float, gamma50: float) -> float:
    """Probability of control: 1 / (1 + (D50/D) ^ (4 x gamma50)), dose as EQD2 (R8.8, Okunieff, Bentzen).

    >>> round(tumour_control_logistic(70, d50_gy=62, gamma50=1.8), 3)
    0.706
    """
    return 1 / (1 + (d50_gy / eqd2) ** (4 * gamma50)) if eqd2 > 0 else 0.0


def generalised_equivalent_uniform_dose_gy(
    volumes: Sequence[float], doses_gy: Sequence[float], *, volume_effect: float
) -> float:
    """gEUD: (sum of v x D^(1/n))^n, the volumes as shares of the organ that sum to 1 (R8.9).

    >>> round(generalised_equivalent_uniform_dose_gy((0.5, 0.3, 0.2), (10, 30, 50), volume_effect=0.5), 2)
    28.64
    """
    if abs(math.fsum(volumes) - 1) > 1e-6:
        raise ValueError(f"The volumes are shares of the organ and sum to 1, not to {math.fsum(volumes):g}.")
    shares = zip(volumes, doses_gy, strict=True)
    return math.fsum(volume * dose ** (1 / volume_effect) for volume, dose in shares) ** volume_effect


def complication_probability(geud_gy: float, *, td50_gy: float, slope: float) -> float:
    """Lyman-Kutcher-Burman: the normal distribution at (gEUD - TD50) / (m x TD50) (R8.9, Lyman 1985).

    >>> round(complication_probability(26, td50_gy=39.9, slope=0.4), 3)
    0.192
    """
    standardised = (geud_gy - td50_gy) / (slope * td50_gy)
    return math.erfc(-standardised / math.sqrt(2)) / 2
