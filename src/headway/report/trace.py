"""What stands behind the numbers, packed for the page: every text, patient and set of patients once."""

import base64
from typing import Any

import polars as pl

from headway.report.document import Trace
from headway.report.figures.patient_data import frames
from headway.report.figures.patient_timeline import template
from headway.report.figures.rows import finite

_RESULT_WORDS = ["analysis", "population", "group", "statistic", "unit", "method", "note"]
_RESULT_NUMBERS = ["row", "at", "value", "lower", "upper", "n"]
_STORY_WORDS = ["shown_day", "topic", "what", "reason", "file"]
_STORY_NUMBERS = ["line", "derived"]

Packed = dict[str, Any]


def packed(trace: Trace) -> Packed:
    """The trace as plain values; `templates/trace.js` reads it.

    Gives: words          every text once, the commonest first; other lists hold their numbers
           patients       ids, sorted; other lists hold their numbers
           sets           groups of patients, one bit a patient (base64)
           results        a table: its columns, and which of them are texts
           stories        a table whose rows stand by patient, with the row at which each begins
           contributions  per analysis and group ("": all of them): [analysis, group, patients, words]
    """
    results, stories = _no_gaps(trace.results), _sources_apart(_no_gaps(trace.stories))
    given, patients = _no_gaps(trace.contributions), _patients(trace)
    told, stories = (
        results.select(_RESULT_WORDS),
        stories.select("patient_id", *_STORY_WORDS, *_STORY_NUMBERS),
    )
    words = _words([told, stories.select(_STORY_WORDS), given.select("analysis", "group", "value")])
    groups = _groups(results, patients)
    numbers = results.select(_RESULT_NUMBERS).with_columns(groups["set"])
    return {
        "words": words.to_list(),
        "patients": patients.to_list(),
        "sets": groups["bits"].unique(maintain_order=True).to_list(),
        "results": _table(told.hstack(numbers), words),
        "stories": _by_patient(stories.select("patient_id", *_STORY_WORDS, *_STORY_NUMBERS), patients, words),
        "contributions": _contributions(given, words, patients),
    }


def timelines(trace: Trace) -> Packed | None:
    """What the figure of each patient needs: one specification, and the data sets that it names.

    Gives: spec, words (every text once), layers (by name; tables by patient, in the order of `packed`).
    """
    if trace.timelines is None:
        return None
    patients = _patients(trace)
    layers = frames(trace.timelines, patients.to_list(), time=trace.time)
    words = _words([layer.drop("patient_id").select(pl.col(pl.String)) for layer in layers.values()])
    return {
        "spec": template(time=trace.time, sizes=not trace.timelines.sizes.is_empty()),
        "words": words.to_list(),
        "layers": {name: _by_patient(finite(layer), patients, words) for name, layer in layers.items()},
    }


def _table(frame: pl.DataFrame, words: pl.Series) -> Packed:
    """The columns of a table; a text is its number among the words."""
    texts = frame.select(pl.col(pl.String)).columns
    columns = {
        name: (_numbers(frame[name], words) if name in texts else frame[name]).to_list()
        for name in frame.columns
    }
    return {"texts": texts, "columns": columns}


def _by_patient(frame: pl.DataFrame, patients: pl.Series, words: pl.Series) -> Packed:
    """A table with the rows of each patient together, in their order; `starts` has one more than patients."""
    number = _numbers(frame["patient_id"], patients)
    ordered = frame.with_columns(number).sort("patient_id", maintain_order=True)
    starts = ordered["patient_id"].search_sorted(pl.Series(range(patients.len() + 1)))
    return {"starts": starts.to_list(), **_table(ordered.drop("patient_id"), words)}


def _no_gaps(frame: pl.DataFrame) -> pl.DataFrame:
    """A text that is not there is empty."""
    return frame.with_columns(pl.col(pl.String).fill_null(""))


def _sources_apart(stories: pl.DataFrame) -> pl.DataFrame:
    """ "drugs.csv, line 7" as file and line: a file is said once, a line is a number."""
    line = pl.col("source").str.extract(r", line (\d+)$")
    return stories.with_columns(
        file=pl.col("source").str.replace(r", line \d+$", ""), line=line.cast(pl.Int64).fill_null(0)
    )


def _words(frames_of_texts: list[pl.DataFrame]) -> pl.Series:
    columns = [frame[name].alias("word") for frame in frames_of_texts for name in frame.columns]
    every = pl.concat([pl.Series("word", [], pl.String), *columns]).drop_nulls()
    return every.value_counts().sort("count", "word", descending=[True, False])["word"]


def _patients(trace: Trace) -> pl.Series:
    ids = [trace.results["patients"].explode().drop_nulls(), trace.contributions["patient_id"]]
    return pl.concat([*ids, trace.stories["patient_id"]]).unique().sort()


def _numbers(values: pl.Series, names: pl.Series) -> pl.Series:
    """The number of each value among the names; of a missing one none."""
    return values.cast(pl.Enum(names)).to_physical().cast(pl.UInt32)


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


def _contributions(given: pl.DataFrame, words: pl.Series, patients: pl.Series) -> list[list]:
    numbered = given.select(
        _numbers(given["analysis"], words),
        _numbers(given["group"], words),
        _numbers(given["patient_id"], patients),
        _numbers(given["value"], words),
    )
    by_analysis = numbered.group_by("analysis", "group", maintain_order=True).agg("patient_id", "value")
    return [list(row) for row in by_analysis.iter_rows()]
