"""examples/dalpiciclib-cetuximab: response and time to progression of a population by derived facts."""

import polars as pl

from headway.run.cohort import best_since, members, times_of
from judged.cohorts import SINCE, Size, derived, example, study_of, true
from judged.replicates import Estimand, asked, judged, parts
from judged.truths import BY_THE_DAY, THESE, Truth, median_of, responded, responses, share_asked, times_asked

NAME, POPULATION = "dalpiciclib-cetuximab", "trial"
RESPONSE, PROGRESSION = "objective response rate", "median TTP"


def judge(size: Size) -> tuple[pl.DataFrame, list[str]]:
    """Bias and coverage in those whom the study takes, and how many it takes."""
    of = example(NAME)
    everyone = derived(of, size.replicates, study_of(NAME))
    taken = members(everyone.made, POPULATION).select("patient_id")
    best = best_since(everyone.made, SINCE).join(taken, on="patient_id", how="semi")
    times = times_of(everyone.made, "TTP", SINCE, POPULATION)
    said = [
        asked(parts(best, of.patients), share_asked(RESPONSE, "objective_response")),
        asked(parts(times, of.patients), times_asked(PROGRESSION)),
    ]
    truth = true(of, of.patients * size.replicates, same=True)
    table = judged(pl.concat(said), _estimands(truth, taken))
    return table, [_taken(taken, everyone.truth, of.patients, size.replicates)]


def _estimands(truth: Truth, taken: pl.DataFrame) -> list[Estimand]:
    own = truth | {"truth": truth["truth"].join(taken, on="patient_id", how="semi", maintain_order="left")}
    return [
        Estimand(RESPONSE, THESE, responded(own), "probability"),
        Estimand(PROGRESSION, THESE, _median(responses(own), "progressed_day"), "days"),
        Estimand(PROGRESSION, BY_THE_DAY, _median(own["truth"], "progression_day"), "days"),
    ]


def _median(rows: pl.DataFrame, day: str) -> float:
    """Of progression, deaths before it censored."""
    days = rows.select(pl.min_horizontal(day, "death_day")).to_series()
    return median_of(days, rows[day].is_not_null())


def _taken(taken: pl.DataFrame, truth: Truth, patients: int, replicates: int) -> str:
    positive = truth["truth"].join(taken, on="patient_id", how="semi")["hpv_positive"].sum()
    return (
        f"Of {patients} patients, {taken.height / replicates:.1f} are in the population of a study on "
        f"average; {positive} of all {taken.height:,} have HPV-positive disease in truth."
    )
