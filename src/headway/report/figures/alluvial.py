"""The alluvial diagram of treatment sequences: who had what in each line, and what came next."""

import altair as alt
import polars as pl

from headway.record.figures_of_groups import HOW_ENDED
from headway.record.words import sentence
from headway.report.figures.labels import isolated, listed, nothing, shortened
from headway.report.figures.rows import data
from headway.report.figures.theme import COLOURS, themed
from headway.report.numbers import count

HEIGHT, GAP_PX = 420, 15  # the gap leaves room for the label of a box of one patient
BOX, BETWEEN_PX = 0.09, 215  # width of a box in lines, and pixels from line to line
MOST_CLASSES = 6
OTHER = "other"
END_COLOURS = {"dead": "#333333", "no further line": "#b5b5b5"}
NAME_ROOM = 29


def alluvial(sequences: pl.DataFrame, *, most_lines: int = 4, most_classes: int = MOST_CLASSES) -> dict:
    """The Vega-Lite specification of the sequences.

    Takes: SequenceSteps. Classes beyond the most frequent are drawn as "other", lines beyond
    `most_lines` not at all.
    """
    steps = grouped(sequences, most_lines=most_lines, most_classes=most_classes)
    if steps.is_empty():
        return themed(nothing("No patient has a line of systemic therapy."))
    gap = gap_patients(steps)
    placed = boxes(steps, gap)
    flows = ribbons(steps, placed)
    lines = max(placed["line"].to_list())
    layers = [_ribbons(flows, placed), _boxes(placed), _labels(placed), _headings(placed)]
    return themed(alt.layer(*layers).properties(width=BETWEEN_PX * (lines - 1) + 200, height=HEIGHT))


def in_words(sequences: pl.DataFrame, *, most_lines: int = 4, most_classes: int = MOST_CLASSES) -> str:
    """The figure in a few sentences."""
    steps = grouped(sequences, most_lines=most_lines, most_classes=most_classes)
    if steps.is_empty():
        return "Treatment sequences: no patient has a line of systemic therapy."
    said = [_line_in_words(line, here) for (line,), here in steps.group_by("line", maintain_order=True)]
    patients = steps["patient_id"].n_unique()
    return f"Treatment sequences of {count(patients)} patients. " + " ".join(said)


def _line_in_words(line: object, here: pl.DataFrame) -> str:
    counted = here.group_by("what", "rank").len().sort("rank")
    said = [f"{what} {count(patients)}" for what, _, patients in counted.iter_rows()]
    return f"Line {line}: {listed(said, 10)}."


def grouped(sequences: pl.DataFrame, *, most_lines: int, most_classes: int) -> pl.DataFrame:
    """The steps that are drawn, the rarer classes as "other".

    Gives: patient_id, line, what and its rank from the top: classes by frequency, other, ends.
    """
    steps = sequences.filter(pl.col("line") <= most_lines)
    given = steps.filter(~pl.col("end"), pl.col("what") != OTHER)
    common = given.group_by("what").len().sort("len", "what", descending=[True, False])["what"]
    kept = common.head(most_classes).to_list()
    ranks = {what: rank for rank, what in enumerate([*kept, OTHER, *reversed(HOW_ENDED)])}
    drawn = pl.when(pl.col("end") | pl.col("what").is_in(kept)).then("what").otherwise(pl.lit(OTHER))
    return (
        steps.with_columns(what=drawn)
        .with_columns(rank=pl.col("what").replace_strict(ranks, return_dtype=pl.Int32))
        .select("patient_id", "line", "what", "rank")
        .sort("line", "rank", "patient_id")
    )


def gap_patients(steps: pl.DataFrame) -> float:
    """The space between two boxes, in patients, that makes GAP_PX pixels."""
    per_line = steps.group_by("line").agg(patients=pl.len(), gaps=pl.col("what").n_unique() - 1)
    most, gaps = (max(per_line[name].to_list()) for name in ("patients", "gaps"))
    return most * GAP_PX / (HEIGHT - GAP_PX * gaps)


def boxes(steps: pl.DataFrame, gap: float) -> pl.DataFrame:
    """One box per line and class, stacked in the order of rank; its height is its patients.

    Gives: line, what, rank, patients, share of the line's patients, top, bottom, in patients.
    """
    counted = (
        steps.group_by("line", "what", "rank").agg(patients=pl.len().cast(pl.Int64)).sort("line", "rank")
    )
    before = pl.col("patients").cum_sum().over("line") - pl.col("patients")
    above = pl.int_range(pl.len()).over("line") * gap
    return counted.with_columns(
        share=pl.col("patients") / pl.col("patients").sum().over("line"), top=before + above
    ).with_columns(bottom=pl.col("top") + pl.col("patients"))


def ribbons(steps: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """One ribbon per pair of boxes in lines that follow: where it leaves the one and enters the other.

    Gives: line, source, target, their ranks, patients, leaves and enters (its top there), in patients.
    """
    after = steps.select("patient_id", line=pl.col("line") - 1, target="what", target_rank="rank")
    keys = ["line", "source", "target", "rank", "target_rank"]
    counted = (
        steps.rename({"what": "source"})
        .join(after, on=["patient_id", "line"])
        .group_by(keys)
        .agg(patients=pl.len().cast(pl.Int64))
    )
    tops = placed.select("line", "what", "top")
    here = counted.join(tops.rename({"what": "source", "top": "leaves"}), on=["line", "source"])
    both = here.join(
        tops.select(line=pl.col("line") - 1, target="what", enters="top"), on=["line", "target"]
    ).sort("line", "rank", "target_rank")
    return both.with_columns(
        leaves=pl.col("leaves") + _before("target_rank", ["line", "rank"]),
        enters=pl.col("enters") + _before("rank", ["line", "target_rank"]),
    )


def _before(order: str, box: list[str]) -> pl.Expr:
    """The patients of the ribbons above, within a box."""
    patients = pl.col("patients")
    return patients.cum_sum().over(box, order_by=order) - patients


def _corners(flows: pl.DataFrame) -> pl.DataFrame:
    """Four points a ribbon: flat at both ends, so that a monotone curve between them is S-shaped."""
    half, flat = BOX / 2, 0.02
    ends = [
        (half, "leaves"),
        (half + flat, "leaves"),
        (1 - half - flat, "enters"),
        (1 - half, "enters"),
    ]
    points = [
        flows.select(
            "source",
            "target",
            "patients",
            "line",
            ribbon=pl.int_range(pl.len()),
            at=pl.col("line") + offset,
            top=side,
            bottom=pl.col(side) + pl.col("patients"),
        )
        for offset, side in ends
    ]
    return pl.concat(points).sort("ribbon", "at")


def _x(name: str, placed: pl.DataFrame) -> alt.X:
    lines = placed["line"].to_list()
    # The last boxes need room for their labels.
    end = max(lines) + BOX / 2 + (200 - BETWEEN_PX * BOX) / BETWEEN_PX
    scale = alt.Scale(domain=[min(lines) - BOX / 2, end], nice=False, zero=False)
    return alt.X(f"{name}:Q", scale=scale, axis=None)


def _y(name: str, placed: pl.DataFrame) -> alt.Y:
    scale = alt.Scale(domain=[0, max(placed["bottom"].to_list())], reverse=True, nice=False)
    return alt.Y(f"{name}:Q", scale=scale, axis=None)


def _colour(name: str, placed: pl.DataFrame) -> alt.Color:
    names = placed.select("what", "rank").unique().sort("rank")["what"].to_list()
    palette = [colour(what, rank) for rank, what in enumerate(names)]
    return alt.Color(f"{name}:N", scale=alt.Scale(domain=names, range=palette), legend=None)


def colour(what: str, rank: int) -> str:
    """Classes in the colours of the house, the rest and the ends in grey."""
    if what in END_COLOURS:
        return END_COLOURS[what]
    return "#8c8c8c" if what == OTHER else COLOURS[:MOST_CLASSES][rank % MOST_CLASSES]


def _ribbons(flows: pl.DataFrame, placed: pl.DataFrame) -> alt.Chart:
    tooltip = [
        alt.Tooltip("source:N", title="From"),
        alt.Tooltip("target:N", title="To"),
        alt.Tooltip("patients:Q", title="Patients", format=","),
    ]
    return (
        alt.Chart(data(_corners(flows)))
        .mark_area(interpolate="monotone", opacity=0.32)
        .encode(
            x=_x("at", placed),
            y=_y("top", placed),
            y2="bottom:Q",
            detail="ribbon:O",
            color=_colour("source", placed),
            tooltip=tooltip,
        )
    )


def _box_data(placed: pl.DataFrame) -> alt.Data:
    names = pl.col("what").map_elements(lambda what: isolated(shortened(what, NAME_ROOM)), pl.String)
    shown = placed.with_columns(
        at=pl.col("line") - BOX / 2,
        end=pl.col("line") + BOX / 2,
        middle=(pl.col("top") + pl.col("bottom")) / 2,
        label=sentence("{} ({})", names, pl.col("patients").map_elements(count, pl.String)),
    )
    return data(shown)


def _box_tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("what:N", title="Treatment"),
        alt.Tooltip("line:Q", title="Line"),
        alt.Tooltip("patients:Q", title="Patients", format=","),
        alt.Tooltip("share:Q", title="Of those in this line", format=".1%"),
    ]


def _boxes(placed: pl.DataFrame) -> alt.Chart:
    return (
        alt.Chart(_box_data(placed))
        .mark_rect()
        .encode(
            x=_x("at", placed),
            x2="end:Q",
            y=_y("top", placed),
            y2="bottom:Q",
            color=_colour("what", placed),
            tooltip=_box_tooltip(),
        )
    )


def _labels(placed: pl.DataFrame) -> alt.LayerChart | alt.FacetChart:
    """Name and patients beside each box, with a white rim, since they stand on the ribbons."""
    base = alt.Chart(_box_data(placed)).encode(
        x=_x("end", placed), y=_y("middle", placed), text="label:N", tooltip=_box_tooltip()
    )
    look = {"align": "left", "dx": 5, "fontSize": 11}
    rim = base.mark_text(**look, stroke="white", strokeWidth=3, strokeOpacity=0.75, strokeJoin="round")
    return alt.layer(rim, base.mark_text(**look, color="#111"))


def _headings(placed: pl.DataFrame) -> alt.Chart:
    given = pl.col("patients").filter(~pl.col("what").is_in(HOW_ENDED)).sum()
    heads = placed.group_by("line").agg(given=given).sort("line")
    said = [
        {"at": line - BOX / 2, "said": f"Line {line} (n = {count(n)})" if n else f"After line {line - 1}"}
        for line, n in heads.iter_rows()
    ]
    return (
        alt.Chart(alt.Data(values=said))
        .mark_text(align="left", fontSize=12, fontWeight="bold", baseline="bottom")
        .encode(x=_x("at", placed), y=alt.value(-8), text="said:N")
    )
