"""A comparison between groups: what it says in sentences, its figures and its tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from headway.report.document import Cell, Figure, Section, Sentence, Table
from headway.report.figures import forest, love_plot
from headway.report.figures.kaplan_meier import in_words, kaplan_meier
from headway.report.figures.over_time import comparisons
from headway.report.numbers import count, p_value, patients
from headway.report.tables import comparison as tables
from headway.report.tables.survival import survival as survival_table

DOUBTFUL = 0.05
MOST_IN_FIGURE = 4  # groups whose hazard ratios fit under the figure's table


@dataclass(frozen=True)
class Compared:
    """One comparison as the report names it."""

    name: str  # as in the results
    title: str
    endpoint: str  # "Overall survival"
    by: str  # "HPV status"
    stem: str  # of the files of its figures
    titles: Mapping[str, str]  # of the groups and the covariates: "Age, years"
    words: Mapping[str, str]  # the same, and strata, within a sentence: "age"
    adjusted_for: str
    weights: str  # "ATE", "ATT", "overlap" or nothing
    strata: str


def times(
    results: pl.DataFrame,
    curves: pl.DataFrame,
    frames: Mapping[str, pl.DataFrame],
    analysis: Compared,
    censoring: str,
) -> Section:
    """Sentences, curves, forest and love plots, and the tables behind them."""
    rows = results.filter(pl.col("analysis").str.starts_with(analysis.name))
    # Another comparison's name may begin with this one's.
    rows = rows.filter(pl.col("analysis").is_in(_parts(rows, analysis.name)))
    drawn = curves.filter(analysis=analysis.name)
    return Section(
        analysis.title,
        (
            *_main(rows, analysis),
            *_left_out(rows, analysis),
            *_warnings(rows, analysis),
            *_count_of_tests(rows),
        ),
        figures=(
            *_curves(rows, drawn, analysis, censoring),
            *_forests(rows, frames, analysis),
            *_loves(rows, analysis),
            *_weighted_curves(rows, curves, analysis),
        ),
        tables=tuple(_tables(rows, frames, analysis)),
    )


_PARTS = ("log-rank", "pairs", "trend", "unadjusted", "adjusted", "restricted mean")
_MORE = ("weighted, ", "weighted curves, ", "balance, ", "subgroups, ")
_SAID = ["not recorded", "empty group", "not analysed"]  # in sentences, not in tables
_OF_MODELS = (", proportional hazards", ", by period")


def _parts(rows: pl.DataFrame, name: str) -> list[str]:
    """The analyses that belong to a comparison."""
    found = []
    for analysis in rows["analysis"].unique(maintain_order=True):
        part = analysis.removeprefix(name).removeprefix(", ")
        for end in _OF_MODELS:
            part = part.removesuffix(end)
        if part == "" or part in _PARTS or part.startswith(_MORE):
            found.append(analysis)
    return found


def _main(rows: pl.DataFrame, analysis: Compared) -> Iterator[Sentence]:
    """The tests of all groups, and a sentence of hazard ratios per pair of groups."""
    strata = f", stratified by {analysis.strata}" if analysis.strata else ""
    for part, said in (("log-rank", "Log-rank test of all groups"), ("trend", "Log-rank test for trend")):
        test = rows.filter(
            pl.col("value").is_not_null(), analysis=f"{analysis.name}, {part}", statistic="p-value"
        )
        for row in test.iter_rows(named=True):
            yield (f"{said}{strata}: ", Cell(p_value(row["value"]), row["row"]), ".")
    models = {
        "unadjusted": " unadjusted", "adjusted": f" adjusted for {analysis.adjusted_for}",
        "weighted": f" weighted ({analysis.weights})",
    }  # fmt: skip
    names = {
        name: models[part] for name in rows["analysis"].unique() if (part := _kind(name, analysis)) in models
    }
    own = _of_groups(rows.filter(pl.col("analysis").is_in(list(names)), statistic="hazard ratio"), analysis)
    for pair in own["group"].unique(maintain_order=True):
        said = [
            part
            for row in own.filter(group=pair).iter_rows(named=True)
            for part in (
                ", ",
                Cell(tables.ratio(row), row["row"]),
                names[row["analysis"]],
            )
        ]
        yield (f"{tables.label(pair, analysis.titles)}: hazard ratio (95 % CI) ", *said[1:], ".")


def _kind(name: str, analysis: Compared) -> str:
    """The part of a comparison without the group: "weighted" of "…, weighted, positive"."""
    part = name.removeprefix(analysis.name).removeprefix(", ")
    return "weighted" if part.startswith("weighted, ") else part


def _of_groups(rows: pl.DataFrame, analysis: Compared) -> pl.DataFrame:
    by = next(iter(analysis.titles))
    return rows.filter(pl.col("group").str.starts_with(f"{by} "), pl.col("group").str.contains(" vs "))


def _left_out(rows: pl.DataFrame, analysis: Compared) -> Iterator[Sentence]:
    by = next(iter(analysis.titles))
    missing = rows.filter(pl.col("value") > 0, statistic="not recorded")
    for row in missing.iter_rows(named=True):
        title = analysis.words[row["group"]]
        said = "not compared" if row["group"] == by else "left out where it is used"
        yield (Cell(patients(int(row["value"])), row["row"]), f" without a recorded {title}: {said}.")
    for row in rows.filter(statistic="empty group").iter_rows(named=True):
        yield f"{row['group']}: {row['note']}."


def _warnings(rows: pl.DataFrame, analysis: Compared) -> Iterator[Sentence]:
    """What was not done, what cannot be estimated, and what to be careful with; each said once."""
    said = [
        _not_analysed(row, analysis) for row in rows.filter(statistic="not analysed").iter_rows(named=True)
    ]
    ratios = rows.filter(
        pl.col("value").is_null(), ~pl.col("analysis").str.contains(", subgroups,"), statistic="hazard ratio"
    )
    said += [
        f"{tables.label(group, analysis.titles)}: {note}."
        for group, note in ratios["group", "note"].iter_rows()
    ]
    few = rows.filter(pl.col("note").is_not_null(), statistic="events per coefficient")
    said += [f"{_part(row, analysis)}{row['note']}." for row in few.iter_rows(named=True)]
    small = rows.filter(pl.col("note").str.starts_with("not given: "), statistic="p-value")["note"].unique()
    said += [f"Some p-values are {note}." for note in small]
    yield from dict.fromkeys(said)
    yield from _not_proportional(rows, analysis)


def _not_analysed(row: Mapping, analysis: Compared) -> str:
    note = row["note"].rstrip(".")
    return f"{_part(row, analysis)}{note}."


def _part(row: Mapping, analysis: Compared) -> str:
    """Which part of a comparison a row is of, at the start of a sentence: "Adjusted: ", or nothing."""
    part = row["analysis"].removeprefix(analysis.name).removeprefix(", ")
    return f"{tables.heading(part)}: " if part else ""


def _not_proportional(rows: pl.DataFrame, analysis: Compared) -> Iterator[Sentence]:
    for part in ("unadjusted", "adjusted"):
        name = f"{analysis.name}, {part}, proportional hazards"
        for row in rows.filter(analysis=name, group="groups", statistic="p-value").iter_rows(named=True):
            if row["value"] is not None and row["value"] < DOUBTFUL:
                yield (
                    f"The {part} hazard ratio is not the same all the time (test of proportional hazards: ",
                    Cell(p_value(row["value"]), row["row"]),
                    "); the ratios by period and the difference of mean times say more than one ratio.",
                )


def _count_of_tests(rows: pl.DataFrame) -> Iterator[Sentence]:
    given = rows.filter(pl.col("value").is_not_null(), statistic="p-value")
    if given.height < 2:
        return
    paired = given["analysis"].str.ends_with(", pairs").any()
    but = "Those of pairs are corrected by Holm; the others are" if paired else "They are"
    yield (
        f"{count(given.height)} p-values stand in this section. {but} not corrected for their number, "
        "and are exploratory."
    )


def _curves(rows: pl.DataFrame, drawn: pl.DataFrame, analysis: Compared, censoring: str) -> Iterator[Figure]:
    if drawn.is_empty():
        return
    own = rows.filter(analysis=analysis.name)
    n, events = (sum(own.filter(statistic=s)["value"]) for s in ("with a time", "events"))
    caption = (
        f"{analysis.title}: {count(n)} patients, {count(events)} events. Kaplan-Meier estimate with "
        f"pointwise 95 % confidence limits; ticks are censored patients. {censoring}"
    )
    spec = kaplan_meier(own, drawn, analysis.endpoint, notes=comparisons(_in_figure(rows, analysis)))
    yield Figure(f"{analysis.stem}_curves", spec, caption, in_words(own, drawn, analysis.title))


def _weighted_curves(rows: pl.DataFrame, curves: pl.DataFrame, analysis: Compared) -> Iterator[Figure]:
    for i, (name, pair) in enumerate(_others(rows, analysis, "weighted curves").items(), 1):
        own, drawn = rows.filter(analysis=name), curves.filter(analysis=name)
        caption = (
            f"{analysis.title}, weighted ({analysis.weights}), {pair}: Kaplan-Meier estimate with pointwise "
            "95 % limits by robust errors. Patients, events and those at risk are counts without weights."
        )
        spec = kaplan_meier(own, drawn, analysis.endpoint)
        yield Figure(f"{analysis.stem}_weighted_{i}", spec, caption, in_words(own, drawn, analysis.title))


def _in_figure(rows: pl.DataFrame, analysis: Compared) -> pl.DataFrame:
    """What stands under the curves' table: the log-rank test and the hazard ratios of few groups."""
    test = rows.filter(analysis=f"{analysis.name}, log-rank", statistic="p-value")
    ratios = _of_groups(
        rows.filter(analysis=f"{analysis.name}, unadjusted", statistic="hazard ratio"), analysis
    )
    by = next(iter(analysis.titles))
    plain = ratios.with_columns(pl.col("group").str.strip_prefix(f"{by} "))
    whole = test.with_columns(group=pl.lit("All groups"))
    return pl.concat([whole, plain]) if plain.height < MOST_IN_FIGURE else whole


def _others(rows: pl.DataFrame, analysis: Compared, part: str) -> dict[str, str]:
    """The analyses of a part, and the two groups of each: "positive vs negative"."""
    names = [name for name in rows["analysis"].unique(maintain_order=True)
             if name.startswith(f"{analysis.name}, {part}, ")]  # fmt: skip
    ratios = _of_groups(
        rows.filter(analysis=f"{analysis.name}, unadjusted", statistic="hazard ratio"), analysis
    )
    by = next(iter(analysis.titles))
    pairs = [group.removeprefix(f"{by} ") for group in ratios["group"]]
    return {
        name: pair
        for name in names
        for pair in pairs
        if pair.startswith(f"{name.removeprefix(f'{analysis.name}, {part}, ')} vs ")
        and "not analysed" not in rows.filter(analysis=name)["statistic"]
    }


def _forests(rows: pl.DataFrame, frames: Mapping[str, pl.DataFrame], analysis: Compared) -> Iterator[Figure]:
    for i, (name, pair) in enumerate(_others(rows, analysis, "subgroups").items(), 1):
        arms = forest.Arms(*pair.split(" vs ", 1))
        adjusted = f", adjusted for {analysis.adjusted_for}" if analysis.adjusted_for else ""
        caption = (
            f"{analysis.endpoint} in subgroups, {pair}: hazard ratios with 95 % confidence limits{adjusted}. "
            "Squares grow with the number of events; the diamond is of all patients."
        )
        frame = frames[name]
        yield Figure(
            f"{analysis.stem}_subgroups_{i}",
            forest.forest(frame, arms),
            caption,
            forest.in_words(frame, arms),
        )


def _loves(rows: pl.DataFrame, analysis: Compared) -> Iterator[Figure]:
    for i, (name, pair) in enumerate(_others(rows, analysis, "balance").items(), 1):
        frame = _balance_rows(rows.filter(analysis=name), analysis)
        caption = f"Standardised differences before and after weighting, {pair}; the line marks 0.1."
        yield Figure(
            f"{analysis.stem}_balance_{i}", love_plot.love_plot(frame), caption, love_plot.in_words(frame)
        )


def _balance_rows(rows: pl.DataFrame, analysis: Compared) -> pl.DataFrame:
    before, after = (rows.filter(statistic=f"difference {when}") for when in ("unweighted", "weighted"))
    joined = before.join(after, on="group", suffix="_after", maintain_order="left")
    titles = [tables.label(group, analysis.titles) for group in joined["group"]]
    return joined.select(
        pl.Series("covariate", titles, pl.String), pl.col("value").alias("difference_before"),
        pl.col("value_after").alias("difference_after"), "note",
    )  # fmt: skip


def _tables(rows: pl.DataFrame, frames: Mapping[str, pl.DataFrame], analysis: Compared) -> Iterator[Table]:
    name, titles = analysis.name, analysis.titles
    curves = rows.filter(~pl.col("statistic").is_in(_SAID), analysis=name)
    models = rows.filter(pl.col("analysis").is_in([f"{name}, {part}" for part in tables.MODELS]))
    found = [
        survival_table(curves, analysis.title) if "median" in curves["statistic"] else None,
        tables.log_rank(rows, name),
        tables.hazard_ratios(rows, name, titles) if "hazard ratio" in models["statistic"] else None,
        tables.over_time(rows, name, titles),
    ]
    found += [tables.balance(rows.filter(analysis=part), titles, pair)
              for part, pair in _others(rows, analysis, "balance").items()]  # fmt: skip
    found += [tables.weighted(rows.filter(analysis=part), titles, pair)
              for part, pair in _others(rows, analysis, "weighted").items()]  # fmt: skip
    found += [tables.subgroups(rows.filter(analysis=part), frames[part], pair)
              for part, pair in _others(rows, analysis, "subgroups").items()]  # fmt: skip
    yield from (table for table in found if table is not None)


def responses(results: pl.DataFrame, analysis: Compared) -> Section:
    """Rates of response by group, unconfirmed and confirmed."""
    kinds = ("best response", "confirmed best response")
    names = [f"{analysis.name}, {kind}" for kind in kinds]
    mine = [
        analysis.name,
        *names,
        *(f"{name}, within strata" for name in names),
        f"{analysis.name}, within strata",
    ]
    rows = results.filter(pl.col("analysis").is_in(mine))
    shown = tuple(
        tables.responses(rows, name, kind)
        for name, kind in zip(names, kinds, strict=True)
        if "proportion" in rows.filter(analysis=name)["statistic"]
    )
    main = _differences(rows.filter(analysis=names[0]))
    told = (*main, *_left_out(rows, analysis), *_warnings(rows, analysis), *_count_of_tests(rows))
    return Section(analysis.title, told, tables=shown)


def _differences(rows: pl.DataFrame) -> Iterator[Sentence]:
    """Each group against the reference: the difference of unconfirmed rates, and its test."""
    for row in rows.filter(statistic="risk difference").iter_rows(named=True):
        test = rows.filter(group=row["group"], statistic="p-value").row(0, named=True)
        p = (
            (", ", Cell(p_value(test["value"]), test["row"]), f" ({test['method']})")
            if test["value"] is not None
            else ()
        )
        yield (f"{row['group']}: difference of rates (95 % CI) ", Cell(tables.rate(row), row["row"]), *p, ".")


def together(rows: pl.DataFrame, titles: Mapping[str, str], others: int) -> Section:
    """The tests of all comparisons in one table, corrected for their number."""
    beside = (
        f" Comparisons by an exposure or within patients ({count(others)}) are not among them."
        if others
        else ""
    )
    said = (
        "The main test of each comparison between groups, and its p-value corrected by Holm for the number "
        f"of comparisons. Adjusted, weighted and subgroup results are not corrected.{beside}"
    )
    return Section("Comparisons together", (said,), tables=(tables.together(rows, titles),))
