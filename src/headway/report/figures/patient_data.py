"""The layers of one patient's timeline as the named data sets that its figure draws."""

import polars as pl

from headway.record.figures_of_a_patient import Timelines
from headway.record.record import Time, day_text
from headway.report.figures.labels import shortened, width
from headway.report.figures.responses import LOOKS
from headway.report.figures.rows import values

WIDTH = 640
LETTER_PX = 7.5
NAME_ROOM, LESION_ROOM = 36, 22
LEGEND_ROW = 18
MILLISECONDS = 86_400_000  # of a day: what Vega counts dates in
SHORT = {"NON-CR/NON-PD": "NN", "NON-iCR/NON-iUPD": "iNN"}
JUDGED_LIKE = {
    "iCR": "CR",
    "iPR": "PR",
    "iSD": "SD",
    "NON-iCR/NON-iUPD": "NON-CR/NON-PD",
    "iUPD": "PD",
    "iCPD": "PD",
}
# One row of the figure for each of these kinds; a line, a course and a term have rows of their own.
ROW_OF_KIND = {
    "surgery": "Surgery, ablation",
    "response": "Response",
    "progression": "Progression",
    "death": "Death",
    "last known alive": "Last known alive",
}
KINDS = ["systemic line", "radiotherapy", "surgery", "response", "adverse event", "progression", "death",
         "last known alive"]  # fmt: skip

Datasets = dict[str, list[dict]]


def datasets(timelines: Timelines, patient_id: str, *, time: Time) -> Datasets:
    """The data of one patient, to be put in place of those of another; no layout depends on them.

    Gives: by name rows, spans, marks, responses, sizes, sums, zeros and notes, each a list of rows.
    """
    own = frames(timelines.of(patient_id), [patient_id], time=time)
    return {name: values(frame.drop("patient_id")) for name, frame in own.items()}


def frames(timelines: Timelines, patients: list[str], *, time: Time) -> dict[str, pl.DataFrame]:
    """The data sets of these patients together, each row with its `patient_id`."""
    spans, marks = _spans(timelines.spans, time), _marks(timelines.marks, time)
    rows = _rows(spans, marks)
    placed = _placed(marks, rows)
    responses = placed.filter(pl.col("kind") == "response")
    everybody = pl.DataFrame({"patient_id": patients}, schema={"patient_id": pl.String})
    last = pl.col("day") == pl.col("day").max().over("patient_id")
    return {
        "rows": rows.select("patient_id", "row", "label", name=_row_name()),
        "spans": _placed(spans, rows),
        "marks": placed.filter(pl.col("kind") != "response"),
        "responses": _lettered(responses, _extents(timelines)),
        "sizes": _sizes(timelines.sizes, time),
        "lesions": _lesions(timelines.sizes),
        "sums": _on_axis(timelines.sums, time).with_columns(
            last=last, smallest_mm=pl.coalesce("nadir_mm", "sum_mm")
        ),
        "zeros": _on_axis(timelines.zeros, time),
        "notes": _notes(everybody, timelines.sizes),
        "headroom": _headroom(everybody, timelines),
    }


def _at(day: str, time: Time) -> pl.Expr:
    return pl.col(day).cast(pl.Int64) * (MILLISECONDS if time == "dates" else 1)


def _cut(column: str, room: int) -> pl.Expr:
    return pl.col(column).map_elements(lambda name: shortened(name, room), pl.String)


def _row_name() -> pl.Expr:
    adverse = pl.col("kind") == "adverse event"
    return pl.concat_str(
        pl.when(adverse).then(pl.lit("AE: ")).otherwise(pl.lit("")), _cut("label", NAME_ROOM)
    )


def _ordered(frame: pl.DataFrame, first: str) -> pl.DataFrame:
    return frame.sort(first, *(name for name in frame.columns if name != first))


def _on_axis(frame: pl.DataFrame, time: Time) -> pl.DataFrame:
    return _ordered(frame, "day").with_columns(at=_at("day", time), when=day_text("day", time))


def _spans(spans: pl.DataFrame, time: Time) -> pl.DataFrame:
    ended = _ordered(spans, "start_day").with_columns(last=pl.coalesce("end_day", "start_day"))
    return ended.with_columns(
        title="label",
        at=_at("start_day", time),
        end=_at("last", time),
        when=day_text("start_day", time),
        until=day_text("end_day", time),
        day="start_day",
    ).drop("last")


def _marks(marks: pl.DataFrame, time: Time) -> pl.DataFrame:
    """Each with the row it belongs to: of its kind, or of the term of an adverse event."""
    named = pl.col("kind").replace_strict(ROW_OF_KIND, default=pl.col("label"))
    return _on_axis(marks, time).with_columns(title="label", label=named)


def _rows(spans: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """The rows of the figure from the top: kinds in their order, within a kind by first day and name."""
    wanted = ["patient_id", "kind", "label", "day"]
    found = pl.concat([spans.select(wanted), marks.select(wanted)]).with_columns(
        rank=pl.col("kind").replace_strict({kind: i for i, kind in enumerate(KINDS)}, return_dtype=pl.Int32)
    )
    first = found.group_by("patient_id", "kind", "label", "rank").agg(pl.col("day").min())
    ordered = first.sort("patient_id", "rank", "day", "label")
    row = pl.int_range(pl.len(), dtype=pl.Int64).over("patient_id")
    return ordered.select("patient_id", "kind", "label", row=row)


def _placed(layer: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    return layer.join(rows, on=["patient_id", "kind", "label"], maintain_order="left")


def _extents(timelines: Timelines) -> dict[str, int]:
    """Days from the first to the last thing that the figure of each patient shows."""
    layers = (timelines.marks, timelines.sizes, timelines.sums, timelines.zeros)
    days = [timelines.spans.select("patient_id", day=day) for day in ("start_day", "end_day")]
    every = pl.concat([*days, *(layer.select("patient_id", "day") for layer in layers)])
    spread = every.group_by("patient_id").agg(pl.col("day").max() - pl.col("day").min())
    return dict(spread.iter_rows())


def _lettered(responses: pl.DataFrame, extent_days: dict[str, int]) -> pl.DataFrame:
    """The letters that have room: above the symbol, else below it, else in the tooltip alone."""
    shown = responses.sort("patient_id", maintain_order=True).with_columns(
        letters=pl.col("title").replace(SHORT), response=pl.col("title").replace(JUDGED_LIKE)
    ).with_columns(pl.when(pl.col("response").is_in(list(LOOKS))).then("response"))  # fmt: skip
    levels: list[int | None] = []
    for (patient,), own in shown.partition_by("patient_id", as_dict=True, maintain_order=True).items():
        per_pixel = max(1, extent_days[str(patient)]) / WIDTH
        levels += levels_of(own["day"].to_list(), own["letters"].to_list(), per_pixel)
    return shown.with_columns(level=pl.Series(levels, dtype=pl.Int32))


def levels_of(days: list[int], letters: list[str], days_per_pixel: float) -> list[int | None]:
    """Where each text has room beside those before it: 0 above, 1 below, None nowhere.

    >>> levels_of([0, 5, 10, 90], ["PR", "PR", "PD", "PD"], 1.0)
    [0, 1, None, 0]
    """
    ends: list[float] = [float("-inf"), float("-inf")]
    levels: list[int | None] = []
    for day, text in zip(days, letters, strict=True):
        half = width(text) * LETTER_PX * days_per_pixel / 2
        level = next((i for i, end in enumerate(ends) if day - half >= end), None)
        levels.append(level)
        if level is not None:
            ends[level] = day + half
    return levels


def _lesion() -> pl.Expr:
    """Each lesion with its organ as its name."""
    return pl.concat_str("lesion_id", "organ", separator=" ", ignore_nulls=True)


def _sizes(sizes: pl.DataFrame, time: Time) -> pl.DataFrame:
    return _on_axis(sizes, time).with_columns(lesion=_lesion()).sort("lesion", maintain_order=True)


def _lesions(sizes: pl.DataFrame) -> pl.DataFrame:
    """The legend: each lesion with its place in pixels."""
    named = sizes.select("patient_id", lesion=_lesion()).unique().sort("patient_id", "lesion")
    place = pl.int_range(pl.len(), dtype=pl.Int64).over("patient_id")
    return named.with_columns(name=_cut("lesion", LESION_ROOM), y=10 + LEGEND_ROW * place)


def _notes(everybody: pl.DataFrame, sizes: pl.DataFrame) -> pl.DataFrame:
    without = everybody.join(sizes, on="patient_id", how="anti", maintain_order="left")
    return without.with_columns(note=pl.lit("No diameters are recorded"))


def _headroom(everybody: pl.DataFrame, timelines: Timelines) -> pl.DataFrame:
    """A height that nothing reaches, so that the words above the last sum have room."""
    sizes = timelines.sizes.select("patient_id", mm="diameter_mm")
    heights = pl.concat([sizes, timelines.sums.select("patient_id", mm="sum_mm")])
    largest = heights.group_by("patient_id").agg(pl.col("mm").max())
    found = everybody.join(largest, on="patient_id", how="left", maintain_order="left")
    return found.with_columns(mm=1.15 * pl.max_horizontal(pl.lit(10.0), "mm"))
