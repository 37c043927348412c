"""examples/rt-during-ici: radiotherapy during immunotherapy, with an effect and without."""

import polars as pl

from headway.run.cohort import best_since
from headway.simulate.scenario import Scenario
from judged.cohorts import Size, derived, example, study_of, true
from judged.exposure import NAIVE, SPLIT, WAYS, estimates, ratios
from judged.replicates import Estimand, asked, judged, parts
from judged.truths import FOLLOWED, THESE, Truth, responded, responses, share_asked

NAME, ICI, RESPONSE = "rt-during-ici", "ici", "objective response rate"
CYCLE_DAYS = 21  # a line lasts to the end of its last cycle
ALIKE, READ = "this way, very many such patients, true days", "this way, very many such patients, as read"


def cohort_of(effect: bool) -> tuple[Scenario, str]:
    """The scenario and the study file, with an effect or without."""
    end = "" if effect else "-no-effect"
    return example(NAME, f"scenario{end}"), f"study{end}"


def judge(effect: bool, size: Size) -> pl.DataFrame:
    """Bias and coverage of every way to ask for the effect, and of the response rate."""
    of, study = cohort_of(effect)
    everyone = derived(of, size.replicates, study_of(NAME, study))
    said = [
        asked(parts(best_since(everyone.made, ICI), of.patients), share_asked(RESPONSE, "objective_response"))
    ]
    said += [estimates(everyone, of, endpoint, ICI) for endpoint in ("OS", "PFS")]
    cut = true(of, size.truth, cut=True)
    response = [
        Estimand(RESPONSE, THESE, responded(true(of, size.truth)), "probability"),
        Estimand(RESPONSE, FOLLOWED, responded(cut), "probability"),
    ]
    return judged(pl.concat(said), [*response, *_known(of, effect), *_alike(cut)])


def _known(of: Scenario, effect: bool) -> list[Estimand]:
    """The ratio that the scenario says."""
    if not effect:
        return [Estimand(f"{end}, {way}", "no effect", 1.0, "ratio") for end in ("OS", "PFS") for way in WAYS]
    own = of.radiotherapy[0].death_ratio
    return [Estimand(f"OS, {way}", "each patient's own ratio", own, "ratio") for way in (NAIVE, SPLIT)]


def _alike(truth: Truth) -> list[Estimand]:
    """What each way comes to in very many patients who are followed as in the study."""
    rows = followed(truth)
    found = []
    for endpoint, day, name in (("OS", "death_day", ALIKE), ("PFS", "failed_day", READ)):
        end = pl.min_horizontal(day, "followed_to_day")
        times = rows.select(
            "patient_id", "exposure_days", days=end,
            event=(pl.col(day) <= pl.col("followed_to_day")).fill_null(False),
        )  # fmt: skip
        found += [
            Estimand(f"{endpoint}, {way}", name, value, "ratio")
            for way, (value, _, _) in ratios(times).items()
            if value is not None
        ]
    return found


def followed(truth: Truth) -> pl.DataFrame:
    """Days of death, of failure as read, and of the first course on the index line, of each patient."""
    line = truth["line_truth"].filter(place=1)
    cycles = pl.col("treated_until_day") - pl.col("start_day") + CYCLE_DAYS - 1  # begun
    last = pl.col("start_day") + cycles // CYCLE_DAYS * CYCLE_DAYS - 1
    until = line.select("patient_id", until=pl.coalesce(last, "end_day"))
    known = responses(truth).join(until, on="patient_id", how="left")
    course = pl.col("first_radiotherapy_day")
    return known.with_columns(
        failed_day=pl.min_horizontal("progressed_day", "death_day"),
        exposure_days=pl.when(course <= pl.min_horizontal("until", "followed_to_day")).then(course),
    )
