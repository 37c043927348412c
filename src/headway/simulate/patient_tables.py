"""The tables of the patients and of what was given to them."""

import numpy as np
import polars as pl

from headway.simulate.curative import curative_courses, curative_drugs, recurrence_day
from headway.simulate.disease_tables import lesion_names
from headway.simulate.patients import NEVER, ORGANS, SITES, SMOKING
from headway.simulate.scenario import Drug, Regimen, Scenario
from headway.simulate.story import Story, as_days
from headway.simulate.toxicity import events, of_regimen
from headway.simulate.treatment import COMPLETED, REASONS

_AFTER_LAST_DOSE = 30  # days in which an adverse event still counts as one of the treatment


def patients(story: Story) -> pl.DataFrame:
    """Everyone in the cohort, as known at the end of follow-up."""
    rows, them, scenario = story.rows, story.people, story.scenario
    died = story.dead[rows] & (story.end[rows] <= story.cut[rows])
    recurrent = np.full(len(rows), recurrence_day(story))
    smoked = them.smoking[rows] > 0

    def day(days: np.ndarray, known: np.ndarray | None = None) -> pl.Series:
        return as_days(story.days(rows, days), known, scenario)

    return pl.DataFrame(
        {
            "patient_id": story.named(rows),
            "sex": _either(them.female[rows], "female", "male"),
            "age_years": them.age_years[rows],
            "primary_site": _named(SITES, them.site[rows]),
            "histology": pl.repeat("squamous cell carcinoma", len(rows), eager=True),
            "hpv": _either(them.hpv[rows], "positive", "negative").set(
                pl.Series(~them.hpv_tested[rows]), None
            ),
            "p16": _either(them.p16[rows], "positive", "negative"),
            "pd_l1_cps": them.cps[rows],
            "smoking": _named(SMOKING, them.smoking[rows]),
            "pack_years": pl.Series(np.where(smoked, them.pack_years[rows], 0.0)),
            "ecog": them.ecog[rows].astype(np.int32),
            "diagnosis_date": day(recurrent - them.diagnosis_days_before[rows]),
            "recurrent_metastatic_date": day(recurrent),
            "enrolment_date": day(story.index_start[rows]),
            "arm": _arm(story),
            "centre": "Centre " + pl.Series(them.centre[rows]).cast(pl.String),
            "vital_status": _either(died, "dead", "alive"),
            "last_alive_date": day(np.minimum(story.cut, story.end)[rows], ~died),
            "death_date": day(story.end[rows], died),
        }
    )


def _arm(story: Story) -> pl.Series:
    """The regimen of the index line, where there are several to be given."""
    scenario, lines = story.scenario, story.table("lines")
    if len(scenario.line[scenario.index_line - 1].regimens) == 1:
        return pl.repeat(None, len(story.rows), dtype=pl.String, eager=True)
    index, regimen = lines["line"] == scenario.index_line, np.zeros(len(story.cut), np.int32)
    regimen[lines["row"][index]] = lines["regimen"][index]
    return _named(tuple(one.name for one in scenario.regimen), regimen[story.rows])


def _either(which: np.ndarray, yes: str, no: str) -> pl.Series:
    return _named((no, yes), which.astype(np.int8))


def _named(names: tuple[str, ...], which: np.ndarray) -> pl.Series:
    return pl.Series(names, dtype=pl.String).gather(pl.Series(which.astype(np.uint32)))


def drugs(story: Story) -> pl.DataFrame:
    """One row for each drug of each line, two where a holiday lies between."""
    lines = _recorded_lines(story)
    frames = [curative_drugs(story)]
    for place, regimen in enumerate(story.scenario.regimen):
        own = {name: values[lines["regimen"] == place] for name, values in lines.items()}
        frames += [_intervals(story, own, regimen, drug) for drug in regimen.drugs]
    return pl.concat(frames).sort("patient_id", "start_date", "drug")


def _recorded_lines(story: Story) -> dict[str, np.ndarray]:
    """Lines that began by the end of follow-up, with the last day on which a dose may have been given."""
    log = story.table("lines")
    kept = log["start"] <= story.cut[log["row"]]
    lines = {name: values[kept] for name, values in log.items()}
    until = np.where(lines["treated_until"] < NEVER, lines["treated_until"] - 1, NEVER)
    limits = [until, story.end[lines["row"]], story.cut[lines["row"]]]
    return lines | {"last": np.maximum(np.minimum.reduce(limits), lines["start"])}


def _intervals(story: Story, lines: dict[str, np.ndarray], regimen: Regimen, drug: Drug) -> pl.DataFrame:
    start, every = lines["start"], drug.every_days
    doses = (lines["last"] - start) // every
    done = drug.cycles is not None and doses >= drug.cycles - 1
    doses = np.minimum(doses, drug.cycles - 1) if drug.cycles is not None else doses
    before, after = _holiday(story, lines, regimen, every)
    paused = doses >= after
    first = np.where(paused, np.minimum(before, doses), doses)
    stopped = (lines["treated_until"] <= story.cut[lines["row"]]) & (lines["treated_until"] < NEVER)
    reason = np.where(stopped, lines["reason"], 0)
    reason = np.where(done, COMPLETED, reason)
    whole = np.zeros(len(start), int)
    parts = [
        _drug_rows(story, lines, drug, whole, first, np.where(paused, 0, reason), np.ones(len(start), bool)),
        _drug_rows(story, lines, drug, after, doses, reason, paused),
    ]
    return pl.concat(parts)


def _holiday(
    story: Story, lines: dict[str, np.ndarray], regimen: Regimen, every: int
) -> tuple[np.ndarray, np.ndarray]:
    """The last dose before a holiday and the first after it; far away where there is none."""
    u = story.draws.uniform("holiday", story.people.number[lines["row"]], 2, step=lines["line"])
    leaves = np.floor(60 + 120 * u[:, 1]).astype(int)
    # Nobody pauses drugs while the disease progresses.
    calm = lines["progression"] > lines["start"] + leaves + regimen.holiday_days + every
    happens = calm & (u[:, 0] < regimen.holiday_probability)
    before, after = leaves // every, -(-(leaves + regimen.holiday_days) // every)
    return np.where(happens, before, NEVER), np.where(happens, after, NEVER)


def _drug_rows(
    story: Story, lines: dict[str, np.ndarray], drug: Drug, first: np.ndarray, last: np.ndarray,
    reason: np.ndarray, kept: np.ndarray,
) -> pl.DataFrame:  # fmt: skip
    row, n = lines["row"][kept], int(kept.sum())
    start, end = ((lines["start"] + doses * drug.every_days)[kept] for doses in (first, last))
    said = [word or None for word in REASONS]
    return pl.DataFrame(
        {
            "patient_id": story.named(row),
            "drug": pl.repeat(drug.drug, n, eager=True),
            "start_date": as_days(story.days(row, start), None, story.scenario),
            "end_date": as_days(story.days(row, end), None, story.scenario),
            "intent": pl.repeat("palliative", n, eager=True),
            "line": lines["order"][kept].astype(np.int32),
            "dose": pl.repeat(drug.dose, n, dtype=pl.Float64, eager=True),
            "dose_unit": pl.repeat(drug.dose_unit, n, dtype=pl.String, eager=True),
            "stop_reason": pl.Series(said, dtype=pl.String).gather(pl.Series(reason[kept].astype(np.uint32))),
        }
    )


def radiotherapy(story: Story, lesions: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Courses, and the recorded lesions in them."""
    log, scenario = story.table("courses"), story.scenario
    kept = log["day"] <= story.cut[log["row"]]
    log = {name: values[kept] for name, values in log.items()}
    row, policy = log["row"], log["policy"]
    last = np.minimum(
        log["day"] + 2 * (_of(scenario, "fractions")[policy] - 1), np.minimum(story.end, story.cut)[row]
    )
    organ = _organ_of_course(story, log)
    courses = pl.DataFrame(
        {
            "patient_id": story.named(row),
            "start_date": as_days(story.days(row, log["day"]), None, scenario),
            "end_date": as_days(story.days(row, last), None, scenario),
            "technique": _words_of(scenario, "technique", policy),
            "intent": _words_of(scenario, "intent", policy),
            "site": _named(ORGANS, organ),
            "dose_gy": _of(scenario, "dose_gy")[policy].astype(float),
            "fractions": _of(scenario, "fractions")[policy].astype(np.int32),
            "policy": policy,
            "log": np.arange(len(row)),
        }
    ).sort("patient_id", "start_date", "policy")
    number = pl.int_range(1, pl.len() + 1).over("patient_id").cast(pl.String)
    courses = courses.with_columns(course_id="RT" + number)
    hit = _hit(story, log, courses, lesions)
    first = ["patient_id", "course_id"]
    own = courses.select(*first, pl.exclude(*first, "policy", "log"))
    return pl.concat([curative_courses(story), own]).sort("patient_id", "start_date", "course_id"), hit


def _hit(
    story: Story, log: dict[str, np.ndarray], courses: pl.DataFrame, lesions: pl.DataFrame
) -> pl.DataFrame:
    course, place = np.nonzero(log["lesions"])
    role = _record_roles(story)[log["row"][course], place]
    pairs = pl.DataFrame({"log": course, "lesion_id": lesion_names(role, place)})
    named = pairs.join(courses.select("patient_id", "course_id", "policy", "log"), on="log")
    named = named.with_columns(role=_words_of(story.scenario, "role", named["policy"].to_numpy()))
    known = named.join(lesions, on=["patient_id", "lesion_id"], how="semi")
    return known.select("patient_id", "course_id", "lesion_id", "role").sort(
        "patient_id", "course_id", "lesion_id"
    )


def _record_roles(story: Story) -> np.ndarray:
    log = story.table("lesions")
    roles = np.zeros((len(story.cut), log["role"].shape[1]), np.int32)
    roles[log["row"]] = log["role"]
    return roles


def _organ_of_course(story: Story, log: dict[str, np.ndarray]) -> np.ndarray:
    """The organ of the first lesion that was hit."""
    lesions = story.table("lesions")
    organs = np.zeros((len(story.cut), lesions["organ"].shape[1]), np.int16)
    organs[lesions["row"]] = lesions["organ"]
    return organs[log["row"], log["lesions"].argmax(axis=1)]


def _of(scenario: Scenario, name: str) -> np.ndarray:
    return np.array([getattr(policy, name) for policy in scenario.radiotherapy])


def _words_of(scenario: Scenario, name: str, policy: np.ndarray) -> pl.Series:
    return _named(tuple(getattr(one, name) for one in scenario.radiotherapy), policy)


def adverse_events(story: Story) -> pl.DataFrame:
    """The adverse events of all recorded lines, up to thirty days after the last dose."""
    lines, frames = _recorded_lines(story), []
    for place, regimen in enumerate(story.scenario.regimen):
        own = {name: values[lines["regimen"] == place] for name, values in lines.items()}
        frames += [_events(story, own, which) for which in of_regimen(story.scenario, regimen)]
    frames = [frame for frame in frames if frame.height]
    return pl.concat(frames).sort("patient_id", "start_date", "term") if frames else pl.DataFrame()


def _events(story: Story, lines: dict[str, np.ndarray], which: int) -> pl.DataFrame:
    toxicity, row = story.scenario.toxicity[which], lines["row"]
    happens = events(story.draws, toxicity, which, story.people.number[row], lines["line"])
    start, end = lines["start"] + happens["onset"], story.end[row]
    fatal = (happens["grade"] == 5) & (start == end) & story.dead[row]
    last = np.minimum(np.minimum(lines["treated_until"] + _AFTER_LAST_DOSE, end), story.cut[row])
    kept = (happens["grade"] > 0) & (start <= last) & ((happens["grade"] < 5) | fatal)
    stop = np.minimum(start + happens["duration"], end)
    ended = (stop <= story.cut[row])[kept]
    row, n = row[kept], int(kept.sum())
    return pl.DataFrame(
        {
            "patient_id": story.named(row),
            "term": pl.repeat(toxicity.term, n, eager=True),
            "grade": happens["grade"][kept].astype(np.int32),
            "soc": pl.repeat(toxicity.soc, n, dtype=pl.String, eager=True),
            "start_date": as_days(story.days(row, start[kept]), None, story.scenario),
            "end_date": as_days(story.days(row, stop[kept]), ended, story.scenario),
            "related": pl.repeat(True, n, eager=True),
            "serious": happens["grade"][kept] >= 3,
            "fatal": fatal[kept],
        }
    )
