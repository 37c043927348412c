"""What stands behind the numbers, packed for the page: every text, patient and set of patients once."""

import base64
from typing import Any

import polars as pl

from headway.report.document import Trace
from headway.report.figures.patient_data import datasets_of_each
from headway.report.figures.patient_timeline import template

_RESULT_WORDS = ["analysis", "population", "group", "statistic", "unit", "method", "note"]
_RESULT_NUMBERS = ["row", "at", "value", "lower", "upper", "n"]
_STORY_WORDS = ["shown_day", "topic", "what", "reason", "file"]


def packed(trace: Trace) -> dict[str, Any]:
    """The trace as plain values; `templates/trace.js` reads it.

    Gives: words          every text once, the commonest first; other lists hold their numbers
           patients       ids, sorted; other lists hold their numbers
           sets           groups of patients, one bit a patient (base64)
           columns        the names of the columns of `results` and `stories`
           results        one list per row
           contributions  per analysis: [analysis, patients, words]
           stories        per patient: its rows
    """
    results, stories = _no_gaps(trace.results), _sources_apart(_no_gaps(trace.stories))
    given = trace.contributions
    words = _words(
        [results.select(_RESULT_WORDS), stories.select(_STORY_WORDS), given.select("analysis", "value")]
    )
    patients = _patients(trace)
    groups = _groups(results, patients)
    return {
        "words": words.to_list(),
        "patients": patients.to_list(),
        "sets": groups["bits"].unique(maintain_order=True).to_list(),
        "columns": {
            "results": [*_RESULT_WORDS, *_RESULT_NUMBERS, "set"],
            "stories": [*_STORY_WORDS, "line", "derived"],
        },
        "results": _results(results, groups, words),
        "contributions": _contributions(given, words, patients),
        "stories": _stories(stories, words, patients),
    }


def timelines(trace: Trace) -> dict[str, Any] | None:
    """What the figure of each patient needs: one specification, and per patient what stands in it.

    Gives: spec, columns (of each data set), patients (in the order of `packed`: rows by data set).
    """
    if trace.timelines is None:
        return None
    ids = _patients(trace).to_list()
    each = datasets_of_each(trace.timelines, ids, time=trace.time)
    names = {name: list(row) for data in each.values() for name, rows in data.items() for row in rows[:1]}
    return {
        "spec": template(time=trace.time, sizes=not trace.timelines.sizes.is_empty()),
        "columns": names,
        "patients": [
            {name: [list(row.values()) for row in rows] for name, rows in each[patient].items() if rows}
            for patient in ids
        ],
    }


def _no_gaps(frame: pl.DataFrame) -> pl.DataFrame:
    """A text that is not there is empty."""
    return frame.with_columns(pl.col(pl.String).fill_null(""))


def _sources_apart(stories: pl.DataFrame) -> pl.DataFrame:
    """ "drugs.csv, line 7" as file and line: a file is said once, a line is a number."""
    line = pl.col("source").str.extract(r", line (\d+)$")
    return stories.with_columns(
        file=pl.col("source").str.replace(r", line \d+$", ""), line=line.cast(pl.Int64).fill_null(0)
    )


def _words(frames: list[pl.DataFrame]) -> pl.Series:
    every = pl.concat([frame[name].alias("word") for frame in frames for name in frame.columns])
    return every.value_counts().sort("count", "word", descending=[True, False])["word"]


def _patients(trace: Trace) -> pl.Series:
    ids = [trace.results["patients"].explode().drop_nulls(), trace.contributions["patient_id"]]
    return pl.concat([*ids, trace.stories["patient_id"]]).unique().sort()


def _numbers(values: pl.Series, names: pl.Series) -> pl.Series:
    """The number of each value among the names."""
    return values.replace_strict(names, range(names.len()), return_dtype=pl.UInt32)


def _groups(results: pl.DataFrame, patients: pl.Series) -> pl.DataFrame:
    """The patients of each row as bits, and the number of that group among those that differ."""
    place = {patient: number for number, patient in enumerate(patients)}
    bits = [_bits([place[patient] for patient in row]) for row in results["patients"]]
    numbers = {group: number for number, group in enumerate(dict.fromkeys(bits))}
    return pl.DataFrame(
        {"bits": bits, "set": [numbers[group] for group in bits]}, schema={"bits": pl.String, "set": pl.Int64}
    )


def _bits(numbers: list[int]) -> str:
    """
    >>> base64.b64decode(_bits([0, 3, 8]))  # 0b1001, then bit 0 of the next byte
    b'\\t\\x01'
    """
    held = bytearray(max(numbers, default=-1) // 8 + 1)
    for number in numbers:
        held[number // 8] |= 1 << number % 8
    return base64.b64encode(held).decode()


def _results(results: pl.DataFrame, groups: pl.DataFrame, words: pl.Series) -> list[list]:
    columns = [_numbers(results[name], words) for name in _RESULT_WORDS]
    rest = [results[name] for name in _RESULT_NUMBERS]
    return [list(row) for row in zip(*columns, *rest, groups["set"], strict=True)]


def _contributions(given: pl.DataFrame, words: pl.Series, patients: pl.Series) -> list[list]:
    numbered = given.select(
        _numbers(given["analysis"], words),
        _numbers(given["patient_id"], patients),
        _numbers(given["value"], words),
    )
    by_analysis = numbered.group_by("analysis", maintain_order=True).agg("patient_id", "value")
    return [list(row) for row in by_analysis.iter_rows()]


def _stories(stories: pl.DataFrame, words: pl.Series, patients: pl.Series) -> list[list]:
    """One list per patient, in the order of the patients; empty for one without a story."""
    columns = [_numbers(stories[name], words) for name in _STORY_WORDS]
    rows = zip(*columns, stories["line"], stories["derived"].cast(pl.Int8), strict=True)
    told: list[list] = [[] for _ in patients]
    for patient, row in zip(_numbers(stories["patient_id"], patients), rows, strict=True):
        told[patient].append(list(row))
    return told
