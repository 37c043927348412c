"""Comparisons between groups: hazard ratios, tests, what stands beside them."""

from collections.abc import Mapping

import polars as pl

from headway.record.figures_of_groups import ALL
from headway.report.document import Cell, Table, Text
from headway.report.numbers import count, days_in_months, decimal, p_number, p_value, percent, percentage

NOT_ESTIMABLE, NOT_GIVEN = "not estimable", "not given"
MODELS = {"unadjusted": "Unadjusted", "adjusted": "Adjusted"}


def label(group: str, titles: Mapping[str, str]) -> str:
    """A coefficient as readers see it.

    >>> label("hpv positive vs negative", {"hpv": "HPV status"})
    'HPV status: positive vs negative'
    >>> label("age_years", {"age_years": "Age, years"})
    'Age, years'
    """
    for column in sorted(titles, key=len, reverse=True):
        title = heading(titles[column])
        if group == column:
            return title
        if group.startswith(f"{column} "):
            return f"{title}: {group.removeprefix(f'{column} ')}"
    return group


def heading(title: str) -> str:
    """
    >>> heading("age"), heading("p16")
    ('Age', 'p16')
    """
    return title if title[1:2].isdigit() else title[:1].upper() + title[1:]


def ratio(row: Mapping) -> str:
    """A ratio with its limits.

    >>> ratio({"value": 0.714, "lower": 0.5, "upper": 1.02})
    '0.71 (0.50 to 1.02)'
    """
    if row["value"] is None:
        return NOT_ESTIMABLE
    return f"{_of_ratio(row['value'])} ({_of_ratio(row['lower'])} to {_of_ratio(row['upper'])})"


def _of_ratio(value: float | None) -> str:
    """
    >>> _of_ratio(0.004), _of_ratio(12.345), _of_ratio(234.5)
    ('0.004', '12.3', '234')
    """
    if value is None:
        return "–"
    return (
        f"{value:.2g}" if value < 0.095 else decimal(value, 2 if value < 9.995 else 1 if value < 99.95 else 0)
    )


def hazard_ratios(results: pl.DataFrame, name: str, titles: Mapping[str, str]) -> Table:
    """A row per coefficient and then what the models are worth; a column per model."""
    models = {part: results.filter(analysis=f"{name}, {part}") for part in MODELS}
    models = {part: rows for part, rows in models.items() if "hazard ratio" in rows["statistic"]}
    columns = [_model_column(rows, results, f"{name}, {part}", titles) for part, rows in models.items()]
    labels = list(dict.fromkeys(label for column in columns for label in column))
    # Rows that every model has come last, whichever model brings more covariates.
    labels = [row for row in labels if row not in _WORTH] + [row for row in _WORTH if row in labels]
    body = [(row, *(column.get(row, "") for column in columns)) for row in labels]
    first = next((i for i, row in enumerate(labels) if row in _WORTH), len(labels))
    body.insert(first, ("Model", *("" for _ in columns)))
    said = (rows.filter(statistic="hazard ratio")["method"][0] for rows in models.values())
    methods = "; ".join(dict.fromkeys(said))
    return Table(
        "Hazard ratios", ("", *(f"{MODELS[part]} (95 % CI; p)" for part in models)), tuple(body),
        note=f"Methods: {methods}; p by Wald. Patients with a missing value are left out of a model.",
        heading_rows=frozenset({first}),
    )  # fmt: skip


_WORTH = [
    "Patients", "Events", "Events per coefficient", "Likelihood-ratio test", "Wald test", "Score test",
    "Concordance", "Proportional hazards, groups", "Proportional hazards, model",
]  # fmt: skip


def _model_column(
    rows: pl.DataFrame, results: pl.DataFrame, name: str, titles: Mapping[str, str]
) -> dict[str, Text]:
    tests = {row["group"]: row for row in rows.filter(statistic="p-value").iter_rows(named=True)}
    ratios = rows.filter(statistic="hazard ratio")
    column: dict[str, Text] = {
        label(row["group"], titles): Cell(_with_p(row, tests.get(row["group"])), row["row"])
        for row in ratios.iter_rows(named=True)
    }
    column["Patients"] = Cell(count(ratios["n"][0]), ratios["row"][0])
    return column | _worth(rows) | _proportional(results.filter(analysis=f"{name}, proportional hazards"))


def _with_p(row: Mapping, test: Mapping | None) -> str:
    if test is None or test["value"] is None:
        return ratio(row)
    return f"{ratio(row)}; {p_value(test['value'])}"


def _worth(rows: pl.DataFrame) -> dict[str, Text]:
    """Of the whole model: events, tests, concordance."""
    told: dict[str, Text] = {}
    for row in rows.filter(group="all").iter_rows(named=True):
        if row["statistic"] == "events":
            told["Events"] = Cell(count(row["value"]), row["row"])
        elif row["statistic"] == "events per coefficient":
            told["Events per coefficient"] = Cell(decimal(row["value"]), row["row"])
        elif row["statistic"] == "concordance":
            told["Concordance"] = Cell(ratio(row), row["row"])
    return told | _whole_tests(rows.filter(group="all"))


def _whole_tests(rows: pl.DataFrame) -> dict[str, Text]:
    told: dict[str, Text] = {}
    for name, title in (("likelihood ratio", "Likelihood-ratio"), ("Wald", "Wald"), ("score", "Score")):
        own = rows.filter(pl.col("method").str.contains(f", {name} on "))
        if own.height:
            told[f"{title} test"] = chi_square(own)
    return told


def chi_square(rows: pl.DataFrame) -> Text:
    """A chi-square, its degrees of freedom and its p-value, from these two rows."""
    one = {row["statistic"]: row for row in rows.iter_rows(named=True)}
    test, p = one.get("chi-square"), one["p-value"]
    if p["value"] is None:
        refused = (p["note"] or "").startswith(NOT_GIVEN)
        return Cell(NOT_GIVEN if refused else NOT_ESTIMABLE, p["row"])
    value = "" if test is None else f"{decimal(test['value'], 2)} on {test['unit']}; "
    return Cell(f"{value}{p_value(p['value'])}", p["row"])


def _proportional(rows: pl.DataFrame) -> dict[str, Text]:
    return {
        f"Proportional hazards, {group}": chi_square(rows.filter(group=group))
        for group in ("groups", "model")
        if group in rows["group"]
    }


def log_rank(results: pl.DataFrame, name: str) -> Table | None:
    """Observed and expected events, and the log-rank tests: all groups, trend, pairs."""
    whole = results.filter(analysis=f"{name}, log-rank")
    if "expected" not in whole["statistic"]:
        return None
    body: list[tuple[Text, ...]] = []
    for group in whole.filter(statistic="observed")["group"]:
        own = {row["statistic"]: row for row in whole.filter(group=group).iter_rows(named=True)}
        seen, expected = own["observed"], own["expected"]
        body.append(
            (
                group,
                Cell(count(seen["value"]), seen["row"]),
                Cell(decimal(expected["value"]), expected["row"]),
            )
        )
    for part, title in (("log-rank", "Log-rank test"), ("trend", "Test for trend"), ("pairs", "")):
        rows = results.filter(
            pl.col("statistic").is_in(["chi-square", "p-value"]), analysis=f"{name}, {part}"
        )
        body += [(title or group, "", chi_square(rows.filter(group=group)))
                 for group in rows["group"].unique(maintain_order=True)]  # fmt: skip
    rows = results.filter(
        pl.col("analysis").is_in([f"{name}, {part}" for part in ("log-rank", "trend", "pairs")])
    )
    methods = rows.filter(statistic="p-value")["method"].unique(maintain_order=True)
    return Table("Log-rank tests", ("", "Observed events", "Expected events; test"), tuple(body),
                 note=f"Methods: {'; '.join(methods)}.")  # fmt: skip


def over_time(results: pl.DataFrame, name: str, titles: Mapping[str, str]) -> Table | None:
    """Where one hazard ratio does not hold: ratios by period, and the difference of mean times."""
    body: list[tuple[Text, ...]] = []
    methods: list[str] = []
    for part, title in MODELS.items():
        rows = results.filter(analysis=f"{name}, {part}, by period")
        body += [(f"{title}: {_period(row, titles)}", Cell(ratio(row), row["row"]))
                 for row in rows.filter(statistic="hazard ratio").iter_rows(named=True)]  # fmt: skip
        equal = rows.filter(pl.col("method").str.contains("equal in all periods"))
        body += [(f"{title}: test that the periods are equal", chi_square(equal))] if equal.height else []
        methods += rows.filter(statistic="hazard ratio")["method"].unique().to_list()
    means = results.filter(analysis=f"{name}, restricted mean")
    body += [(_of_mean(row), Cell(_mean(row), row["row"])) for row in means.iter_rows(named=True)
             if row["statistic"] in _MEANS]  # fmt: skip
    methods += means.filter(pl.col("statistic").is_in(_MEANS))["method"].unique(maintain_order=True).to_list()
    if not body:
        return None
    note = f"Methods: {'; '.join(dict.fromkeys(methods))}. Months of 30.4375 days."
    return Table("Where the hazards are not proportional", ("", "Value (95 % CI)"), tuple(body), note=note)


_MEANS = ["restricted mean", "difference of restricted means", "p-value"]


def _period(row: Mapping, titles: Mapping[str, str]) -> str:
    """Days of the split as months."""
    name, period = row["group"].rsplit(", ", 1)
    return f"{label(name, titles)}, {period.rsplit(' ', 1)[0]} {days_in_months(row['at'])} months"


def _of_mean(row: Mapping) -> str:
    until = f"up to {days_in_months(row['at'])} months"
    said = {"restricted mean": "mean time", "p-value": "test of the difference"}
    return f"{row['group']}: {said.get(row['statistic'], 'difference of mean times')} {until}"


def _mean(row: Mapping) -> str:
    if row["value"] is None:
        return NOT_ESTIMABLE
    if row["statistic"] == "p-value":
        return p_value(row["value"])
    value, lower, upper = (days_in_months(row[part]) for part in ("value", "lower", "upper"))
    return f"{value} ({lower} to {upper}) months"


def balance(rows: pl.DataFrame, titles: Mapping[str, str], who: str) -> Table:
    """Standardised differences before and after weighting, and what the groups are worth after it."""
    one = {(row["group"], row["statistic"]): row for row in rows.iter_rows(named=True)}
    groups = rows.filter(statistic="difference unweighted")["group"]
    body: list[tuple[Text, ...]] = [
        (
            label(group, titles),
            *(_difference(one[group, f"difference {when}"]) for when in ("unweighted", "weighted")),
        )
        for group in groups
    ]
    last = len(body)
    body.append(("Patients; effective sample size; largest weight", "", ""))
    for row in rows.filter(statistic="effective sample size").iter_rows(named=True):
        largest = one[row["group"], "largest weight"]
        worth = Cell(f"{decimal(row['value'])}; {decimal(largest['value'], 2)}", row["row"])
        body.append((row["group"], count(row["n"]), worth))
    return Table(f"Balance, {who}", ("Standardised mean difference", "Before weighting", "After weighting"),
                 tuple(body),
                 note="Below 0.1 in size counts as balanced.", heading_rows=frozenset({last}))  # fmt: skip


def _difference(row: Mapping) -> Text:
    return Cell(decimal(row["value"], 3).replace("-0.000", "0.000"), row["row"])


def weighted(rows: pl.DataFrame, titles: Mapping[str, str], who: str) -> Table:
    """Weighted survival, hazard ratio and test, and the E-values."""
    shown = rows.filter(
        ~pl.col("statistic").is_in(["p-value", "chi-square", "rows without a value, not used"])
    )
    body: list[tuple[Text, ...]] = [
        (_weighted_label(row, titles), Cell(_weighted_value(row), row["row"]))
        for row in shown.iter_rows(named=True)
    ]
    score = rows.filter(pl.col("method").str.starts_with("weighted log-rank"))
    body += [("Weighted log-rank test", chi_square(score))] if score.height else []
    methods = "; ".join(rows["method"].unique(maintain_order=True))
    notes = [f"{heading(note)}." for note in rows["note"].drop_nulls().unique(maintain_order=True)]
    return Table(
        f"Weighted, {who}",
        ("", "Value (95 % CI)"),
        tuple(body),
        note=" ".join([f"Methods: {methods}.", *notes]),
    )


def _weighted_label(row: Mapping, titles: Mapping[str, str]) -> str:
    if row["statistic"] in ("survival", "difference of survival"):
        at = f"{days_in_months(row['at']).removesuffix('.0')} months"
        return f"{row['group']}: {row['statistic']} at {at}"
    told = label(row["group"], titles)
    return told if row["statistic"] == "hazard ratio" else f"{row['statistic']}: {told}"


def _weighted_value(row: Mapping) -> str:
    if row["value"] is None:
        return "–"
    if row["unit"] == "probability":
        return f"{percent(row['value'])} ({percentage(row['lower'])} to {percentage(row['upper'])})"
    return decimal(row["value"], 2) if row["lower"] is None else ratio(row)


def subgroups(rows: pl.DataFrame, forest: pl.DataFrame, who: str) -> Table:
    """The forest plot in numbers.

    Takes:  the results of the part, and its `ForestRows`, which stand in the same order.
    """
    ratios = rows.filter(statistic="hazard ratio").iter_rows(named=True)
    body: list[tuple[Text, ...]] = []
    headings, last = set(), ALL
    for line, row in zip(forest.sort("position").iter_rows(named=True), ratios, strict=True):
        first = line["factor"] != last
        if first:
            headings.add(len(body))
            body.append((line["factor"], "", "", "", ""))
        last = line["factor"]
        p = _interaction(rows, row["group"], line["level"]) if first else ""
        body.append((line["level"], *_in_arms(line), Cell(ratio(row), row["row"]), p))
    one, other = who.split(" vs ", 1)
    header = ("", f"{one}: events / n", f"{other}: events / n", "Hazard ratio (95 % CI)", "p for interaction")
    methods = "; ".join(rows.filter(statistic="hazard ratio")["method"].unique(maintain_order=True))
    return Table("Subgroups", header, tuple(body), heading_rows=frozenset(headings),
                 note=f"Methods: {methods}; interaction by likelihood ratio.")  # fmt: skip


def _in_arms(line: Mapping) -> tuple[str, str]:
    one, other = (
        f"{count(line[f'events_{arm}'])} / {count(line[f'patients_{arm}'])}" for arm in ("one", "other")
    )
    return one, other


def _interaction(rows: pl.DataFrame, group: str, level: str) -> Text:
    """The test of the factor to which this group, "factor level", belongs."""
    factor = group.removesuffix(f" {level}")
    test = rows.filter(group=factor, statistic="p-value").row(0, named=True)
    return Cell(p_number(test["value"]), test["row"])


def responses(results: pl.DataFrame, name: str, kind: str) -> Table:
    """Rates of each group, and each group against the reference, over all and within strata."""
    rows = results.filter(pl.col("analysis").is_in([name, f"{name}, within strata"]))
    nobody = (pl.col("statistic") == "not evaluable") & (pl.col("value") == 0)
    shown = rows.filter(~nobody, pl.col("statistic") != "not analysed")
    body: list[tuple[Text, ...]] = [
        (row["group"], _rate_label(row), Cell(rate(row), row["row"])) for row in shown.iter_rows(named=True)
    ]
    methods = shown.filter(pl.col("statistic") != "p-value")["method"].unique(maintain_order=True)
    note = f"Methods: {'; '.join(method for method in methods if method != 'count')}."
    return Table(heading(kind), ("", "", "Value (95 % CI)"), tuple(body), note=note)


def _rate_label(row: Mapping) -> str:
    within = " within strata" if row["analysis"].endswith(", within strata") else ""
    if row["statistic"] == "p-value":
        return row["method"]
    return (
        row["statistic"][0].upper() + row["statistic"][1:] + ("" if "common" in row["statistic"] else within)
    )


def rate(row: Mapping) -> str:
    if row["statistic"] == "p-value":
        return p_number(row["value"]) if row["value"] is not None else NOT_GIVEN
    if row["statistic"] == "not evaluable":
        return count(row["value"])
    if row["unit"] == "probability" or "difference" in row["statistic"]:
        if row["value"] is None:
            return NOT_ESTIMABLE
        value = f"{percent(row['value'])} ({percentage(row['lower'])} to {percentage(row['upper'])})"
        return f"{value} of {count(row['n'])}" if row["statistic"] == "proportion" else value
    return ratio(row)


def together(rows: pl.DataFrame, titles: Mapping[str, str]) -> Table:
    """Every comparison's test, as it is and corrected for their number."""
    plain = rows.filter(statistic="p-value")
    corrected = {row["group"]: row for row in rows.filter(statistic="adjusted p-value").iter_rows(named=True)}
    body = tuple(
        (titles.get(row["group"], row["group"]), row["method"], Cell(p_number(row["value"]), row["row"]),
         _corrected(corrected.get(row["group"])))
        for row in plain.iter_rows(named=True)
    )  # fmt: skip
    return Table("Comparisons together", ("Comparison", "Test", "p", "p, corrected by Holm"), body)


def _corrected(row: Mapping | None) -> Text:
    return "–" if row is None else Cell(p_number(row["value"]), row["row"])
