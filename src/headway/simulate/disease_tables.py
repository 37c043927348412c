"""The tables of the disease: lesions, measurements, assessments."""

import numpy as np
import polars as pl

from headway.simulate.judge import MISSING, NEW, NON_TARGET, RESPONSES, TARGET
from headway.simulate.patients import HEAD_AND_NECK, NODE, ORGANS
from headway.simulate.state import HUNDREDTHS
from headway.simulate.story import Story, as_days

READERS = ("investigator", "independent")
_ROLES = np.array(["", "target", "non-target", "new"])
_PREFIX = ("L", "T", "NT", "NEW")
_PLACES = 64  # more than a patient has
_STATUSES = np.array(["", "present", "absent", "unequivocal progression", "unequivocal", "not evaluable"])
_NONE, _PRESENT, _ABSENT, _WORSE, _SEEN, _UNREADABLE = range(6)


def measurements(story: Story) -> pl.DataFrame:
    """Each recorded lesion at each scan by each reader, up to the end of follow-up."""
    log = story.sorted_table("sizes")
    read = np.stack([log[column] for column in ("sizes", "second") if column in log], axis=1)
    role, organ = log["role"], _organs(story)[log["row"]]
    scan, reader, place = np.nonzero(np.broadcast_to(role[:, None] > 0, read.shape))
    row, size, of_role = log["row"][scan], read[scan, reader, place], role[scan, place]
    status = _status(size, of_role, organ[scan, place] == NODE, log["worse"][scan, place])
    unsized = (of_role == NON_TARGET) | (size == MISSING)
    return pl.DataFrame(
        {
            "patient_id": story.named(row),
            "lesion_id": lesion_names(of_role, place),
            "date": as_days(story.days(row, log["day"][scan]), None, story.scenario),
            "evaluator": _words(np.array(READERS), reader),
            "diameter_mm": pl.Series(size / HUNDREDTHS).set(pl.Series(unsized), None),
            "status": _words(_STATUSES, status),
        }
    )


def _organs(story: Story) -> np.ndarray:
    """The organ of each place of each row."""
    log = story.table("lesions")
    organs = np.zeros((len(story.cut), log["organ"].shape[1]), np.int16)
    organs[log["row"]] = log["organ"]
    return organs


def _status(size: np.ndarray, role: np.ndarray, node: np.ndarray, worse: np.ndarray) -> np.ndarray:
    gone = (size == 0) | (node & (size < 10 * HUNDREDTHS) & (role == NON_TARGET))
    other = np.select([worse, gone], [_WORSE, _ABSENT], _PRESENT)
    new = np.where(size == 0, _ABSENT, _SEEN)
    said = np.select([role == NON_TARGET, role == NEW], [other, new], _NONE)
    return np.where(size == MISSING, _UNREADABLE, said)


def _words(words: np.ndarray, which: np.ndarray) -> pl.Series:
    """Words by their place in a short list; the empty word is not known."""
    listed = pl.Series([word or None for word in words.tolist()], dtype=pl.String)
    return listed.gather(pl.Series(which.astype(np.uint32, copy=False)))


def lesion_names(role: np.ndarray, place: np.ndarray) -> pl.Series:
    """T1, NT2, NEW3: the role and the place of the lesion."""
    names = np.array(
        [[f"{prefix}{number}" for number in range(1, _PLACES + 1)] for prefix in _PREFIX]
    ).ravel()
    return _words(names, role.astype(np.uint32) * _PLACES + place)


def lesions(story: Story) -> pl.DataFrame:
    """The lesions that somebody has measured."""
    log = story.table("lesions")
    log = {name: values[np.argsort(log["row"])] for name, values in log.items()}
    seen = _seen(story, log["role"].shape[1])[log["row"]]
    patient, place = np.nonzero((log["role"] > 0) & seen)
    role, organ = log["role"][patient, place], log["organ"][patient, place]
    row = log["row"][patient]
    before = _irradiated_before(story)[row, place]
    return pl.DataFrame(
        {
            "patient_id": story.named(row),
            "lesion_id": lesion_names(role, place),
            "role": _words(_ROLES, role),
            "organ": _words(np.array(ORGANS), organ),
            "lymph_node": organ == NODE,
            "metastasis": (organ != NODE) & (organ != HEAD_AND_NECK),
            "previously_irradiated": before,
            "progressed_since_irradiation": pl.Series(role == TARGET).set(pl.Series(~before), None),
        }
    )


def _seen(story: Story, places: int) -> np.ndarray:
    """By row and place: whether the lesion stands in some recorded scan."""
    log = story.table("sizes")
    kept = np.flatnonzero(log["day"] <= story.cut[log["row"]])
    seen = np.zeros((len(story.cut), places), bool)
    scan, place = np.nonzero(log["role"][kept] > 0)
    seen[log["row"][kept[scan]], place] = True
    return seen


def _irradiated_before(story: Story) -> np.ndarray:
    """By row and place: whether radiotherapy hit the lesion before the index line."""
    log = story.table("courses")
    shape = (len(story.cut), story.table("lesions")["organ"].shape[1])
    hit = np.zeros(shape, bool)
    early = log["day"] < story.index_start[log["row"]]
    course, place = np.nonzero(log["lesions"][early])
    hit[log["row"][early][course], place] = True
    return hit


def assessments(story: Story) -> pl.DataFrame:
    """Scans, done or missed, with the response that the investigator reported."""
    scans, missed = story.sorted_table("scans"), story.sorted_table("missed")
    done = [_scans(story, scans, reader) for reader in range(story.scenario.imaging.readers)]
    frame = pl.concat([*done, _missed(story, missed)])
    ordered = frame.sort("row", "date", "reader", maintain_order=True)
    reader = _words(np.array(READERS), ordered["reader"].to_numpy())
    return ordered.select(
        story.named(ordered["row"].to_numpy()).alias("patient_id"),
        "date",
        "visit",
        reader.alias("evaluator"),
        "done",
        "reported_response",
        criteria=pl.lit("RECIST 1.1"),
    )


def _scans(story: Story, log: dict[str, np.ndarray], reader: int) -> pl.DataFrame:
    # The second reader measures; what he makes of it is left to who derives it.
    reported = log["response"] if reader == 0 else np.full(len(log["row"]), len(RESPONSES))
    response = _words(np.array([*RESPONSES, ""]), reported)
    return _visits(story, log, reader).with_columns(done=True, reported_response=response)


def _missed(story: Story, log: dict[str, np.ndarray]) -> pl.DataFrame:
    alive = log["day"] <= story.end[log["row"]]  # the day planned may lie after death
    log = {name: values[alive] for name, values in log.items()}
    return _visits(story, log, 0).with_columns(done=False, reported_response=pl.lit(None, pl.String))


def _visits(story: Story, log: dict[str, np.ndarray], reader: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "row": log["row"],
            "reader": np.full(len(log["row"]), reader),
            "date": as_days(story.days(log["row"], log["day"]), None, story.scenario),
            "visit": "line " + _text(log["line"]) + " scan " + _text(log["visit"]),
        }
    )


def _text(numbers: np.ndarray) -> pl.Series:
    return pl.Series(numbers).cast(pl.String)
