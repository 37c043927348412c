"""The tables of the disease: lesions, measurements, assessments."""

import numpy as np
import polars as pl

from headway.simulate.judge import MISSING, NEW, NON_TARGET, RESPONSES, TARGET
from headway.simulate.patients import HEAD_AND_NECK, NODE, ORGANS
from headway.simulate.state import HUNDREDTHS
from headway.simulate.story import Story, as_days

READERS = ("investigator", "independent")
_ROLES = np.array(["", "target", "non-target", "new"])
_PREFIX = np.array(["", "T", "NT", "NEW"])
_STATUSES = np.array(["", "present", "absent", "unequivocal progression", "unequivocal", "not evaluable"])
_NONE, _PRESENT, _ABSENT, _WORSE, _SEEN, _UNREADABLE = range(6)


def measurements(story: Story) -> pl.DataFrame:
    """Each recorded lesion at each scan by each reader, up to the end of follow-up."""
    log = story.table("sizes")
    which = log["day"] <= story.cut[log["row"]]
    frames = [
        _of_reader(story, log, which, column, reader)
        for column, reader in zip(("sizes", "second"), READERS, strict=True)
        if column in log
    ]
    return pl.concat(frames).sort("patient_id", "date", "evaluator", "lesion_id")


def _of_reader(story: Story, log: dict, which: np.ndarray, column: str, reader: str) -> pl.DataFrame:
    row, role, organ = log["row"][which], log["role"][which], _organs(story)[log["row"][which]]
    scan, place = np.nonzero(role > 0)
    size, of_role = log[column][which][scan, place], role[scan, place]
    status = _status(size, of_role, organ[scan, place] == NODE, log["worse"][which][scan, place])
    sized = (of_role != NON_TARGET) & (size != MISSING)
    return pl.DataFrame(
        {
            "patient_id": pl.Series(story.ids[row[scan]], dtype=pl.String),
            "lesion_id": lesion_names(of_role, place),
            "date": as_days(story.days(row[scan], log["day"][which][scan]), None, story.scenario),
            "evaluator": pl.repeat(reader, len(scan), eager=True),
            "diameter_mm": pl.Series(size / HUNDREDTHS).set(pl.Series(~sized), None),
            "status": _words(_STATUSES, status),
        }
    )


def _organs(story: Story) -> np.ndarray:
    """The organ of each place of each row."""
    log = story.table("lesions")
    organs = np.zeros((len(story.ids), log["organ"].shape[1]), np.int16)
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
    return listed.gather(pl.Series(which.astype(np.uint32)))


def lesion_names(role: np.ndarray, place: np.ndarray) -> pl.Series:
    """T1, NT2, NEW3: the role and the place of the lesion."""
    return _words(_PREFIX, role) + pl.Series(place + 1).cast(pl.String)


def lesions(story: Story, measured: pl.DataFrame) -> pl.DataFrame:
    """The lesions that somebody has measured."""
    log = story.table("lesions")
    patient, place = np.nonzero(log["role"] > 0)
    role, organ = log["role"][patient, place], log["organ"][patient, place]
    row = log["row"][patient]
    before = _irradiated_before(story)[row, place]
    every = pl.DataFrame(
        {
            "patient_id": pl.Series(story.ids[row], dtype=pl.String),
            "lesion_id": lesion_names(role, place),
            "role": _words(_ROLES, role),
            "organ": _words(np.array(ORGANS), organ),
            "lymph_node": organ == NODE,
            "metastasis": (organ != NODE) & (organ != HEAD_AND_NECK),
            "previously_irradiated": before,
            "progressed_since_irradiation": pl.Series(role == TARGET).set(pl.Series(~before), None),
        }
    )
    seen = measured.select("patient_id", "lesion_id").unique()
    return every.join(seen, on=["patient_id", "lesion_id"], how="semi").sort("patient_id", "lesion_id")


def _irradiated_before(story: Story) -> np.ndarray:
    """By row and place: whether radiotherapy hit the lesion before the index line."""
    log = story.table("courses")
    shape = (len(story.ids), story.table("lesions")["organ"].shape[1])
    hit = np.zeros(shape, bool)
    if log:
        early = log["day"] < story.index_start[log["row"]]
        for row, those in zip(log["row"][early], log["lesions"][early], strict=True):
            hit[row] |= those
    return hit


def assessments(story: Story) -> pl.DataFrame:
    """Scans, done or missed, with the response that the investigator reported."""
    done, missed = story.table("scans"), story.table("missed")
    frames = [_scans(story, done, reader, True) for reader in READERS[: story.scenario.imaging.readers]]
    if missed:
        frames.append(_scans(story, missed, READERS[0], False))
    return pl.concat(frames).sort("patient_id", "date", "evaluator")


def _scans(story: Story, log: dict[str, np.ndarray], reader: str, done: bool) -> pl.DataFrame:
    kept = log["day"] <= np.minimum(story.cut, story.end)[log["row"]]
    row, n = log["row"][kept], int(kept.sum())
    reported = log["response"][kept] if done and reader == READERS[0] else np.full(n, len(RESPONSES))
    return pl.DataFrame(
        {
            "patient_id": pl.Series(story.ids[row], dtype=pl.String),
            "date": as_days(story.days(row, log["day"][kept]), None, story.scenario),
            "visit": "line " + _text(log["line"][kept]) + " scan " + _text(log["visit"][kept]),
            "evaluator": pl.repeat(reader, n, eager=True),
            "done": pl.repeat(done, n, eager=True),
            "reported_response": _words(np.array([*RESPONSES, ""]), reported),
            "criteria": pl.repeat("RECIST 1.1", n, eager=True),
        }
    )  # fmt: skip


def _text(numbers: np.ndarray) -> pl.Series:
    return pl.Series(numbers).cast(pl.String)
