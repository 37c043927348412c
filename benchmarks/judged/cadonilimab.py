"""examples/cadonilimab-ldrt: response within two years, of all lesions and by radiotherapy."""

import polars as pl

from headway.derive.response import subset_best_responses, subset_responses, with_prior_role
from headway.record.derived.response import NOT_ASSESSABLE
from headway.run.cohort import Cohort, best_since, next_therapy, start_of, times_of
from judged.cohorts import SINCE, Size, derived, example, study_of, true
from judged.replicates import Ask, Estimand, asked, judged, parts
from judged.truths import (
    BY_THE_DAY,
    FOLLOWED,
    THESE,
    Truth,
    median_followed,
    responded,
    responses,
    seen_pfs,
    share_asked,
    times_asked,
    times_true,
    true_pfs,
)

NAME, WINDOW_DAYS = "cadonilimab-ldrt", 730
RESPONSE, PFS, OVERALL = "objective response rate", "median PFS", "median OS"
SUBSETS = {"SBRT": "SBRT", "LDRT": "low-dose radiotherapy", "non-irradiated": "no radiotherapy"}
BY_SIZE = "sizes as read on the scans of the line, nobody lost"


def judge(size: Size) -> pl.DataFrame:
    """Bias and coverage."""
    of = example(NAME)
    everyone = derived(of, size.replicates, study_of(NAME))
    said = [asked(parts(rows, of.patients), ask) for rows, ask in _questions(everyone.made)]
    return judged(pl.concat(said), _estimands(size.truth))


def _questions(made: Cohort) -> list[tuple[pl.DataFrame, Ask]]:
    best = best_since(made, SINCE, WINDOW_DAYS)
    subsets = by_subset(made)
    return [
        (best, share_asked(RESPONSE, "objective_response")),
        *[(subsets.filter(subset=one), share_asked(_named(one), "response")) for one in SUBSETS],
        (times_of(made, "PFS", SINCE), times_asked(PFS)),
        (times_of(made, "OS", SINCE), times_asked(OVERALL)),
    ]


def _named(subset: str) -> str:
    return f"response of lesions with {SUBSETS[subset]}"


def by_subset(made: Cohort) -> pl.DataFrame:
    """Whether the lesions of each subset responded (patient_id, subset, response), as the report has it."""
    record, zero = made.record, start_of(made, SINCE)
    lesions, scans, visits = (record.table(name) for name in ("lesions", "measurements", "assessments"))
    courses = record.table("radiotherapy")
    treated = with_prior_role(record.table("irradiated_lesions"), courses, lesions, scans, zero)
    seen = subset_responses(lesions, scans, visits, zero, treated, time=record.time)
    days = pl.col("day") - pl.col("start_day")
    within = seen.join(zero, on="patient_id").filter(days > 0, days <= WINDOW_DAYS).drop("start_day")
    until = next_therapy(made, SINCE).lazy()
    best = subset_best_responses(within, zero, until, time=record.time).collect()
    judged_ones = best.filter(pl.col("best_response") != NOT_ASSESSABLE)
    return judged_ones.select(
        "patient_id", "subset", response=pl.col("best_response").is_in(["CR", "PR"])
    )  # fmt: skip


def _estimands(patients: int) -> list[Estimand]:
    of = example(NAME)
    seen, perfect = true(of, patients), true(of, patients, perfect=True)
    cut = true(of, patients, cut=True)
    failed = pl.min_horizontal("progressed_day", "death_day")
    pfs = {THESE: seen_pfs(seen), BY_THE_DAY: true_pfs(perfect)}
    sizes = [Estimand(_named(one), BY_SIZE, shrunk(seen, one), "probability") for one in SUBSETS]
    return [
        Estimand(RESPONSE, THESE, responded(_within(seen)), "probability"),
        Estimand(RESPONSE, FOLLOWED, responded(_within(cut)), "probability"),
        *sizes,
        *times_true(PFS, None, pfs),
        median_followed(PFS, responses(cut), failed),
        *times_true(OVERALL, None, {"true death": seen["truth"]["death_day"]}),
    ]


def _within(truth: Truth) -> Truth:
    return truth | {"scans": truth["scans"].filter(pl.col("day") <= WINDOW_DAYS)}


def shrunk(truth: Truth, subset: str) -> float:
    """The share whose targets of a subset shrink by 30 % together before they grow by 20 % and 5 mm.

    Of patients with such a target and a scan after baseline; on the scans of the line, within the window.
    """
    sums = _sums(truth, subset)
    start = pl.col("sum").first().over("patient_id")
    nadir = pl.col("sum").cum_min().shift(1).over("patient_id")
    rise = pl.col("sum") - nadir
    grown = ((rise >= 0.2 * nadir) & (rise >= 5)).fill_null(False)
    judged_ones = sums.with_columns(small=pl.col("sum") <= 0.7 * start, grown=grown).with_columns(
        over=pl.col("grown").cum_max().over("patient_id")
    )
    after = judged_ones.filter(pl.col("date") > 0)
    each = after.group_by("patient_id").agg(responded=(pl.col("small") & ~pl.col("over")).any())
    return float(each["responded"].to_numpy().mean())


def _sums(truth: Truth, subset: str) -> pl.DataFrame:
    """The sum of the targets of a subset on each scan (patient_id, date, sum), by date."""
    lesion = ["patient_id", "lesion_id"]
    hit = truth["irradiated_lesions"].filter(pl.col("role") == subset) if subset in ("SBRT", "LDRT") else None
    targets = truth["lesions"].filter(role="target")
    own = targets.join(truth["irradiated_lesions"], on=lesion, how="anti") if hit is None else targets.join(
        hit, on=lesion, how="semi"
    )  # fmt: skip
    scanned = truth["scans"].select("patient_id", date="day").filter(pl.col("date") <= WINDOW_DAYS)
    sizes = truth["measurements"].join(own, on=lesion, how="semi")
    on_line = sizes.filter(pl.col("date") <= 0), sizes.join(scanned, on=["patient_id", "date"], how="semi")
    together = pl.concat(on_line).unique()
    return (
        together.group_by("patient_id", "date")
        .agg(sum=pl.col("diameter_mm").sum())
        .sort("patient_id", "date")
    )
