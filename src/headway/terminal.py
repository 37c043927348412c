"""What the commands print. Summaries carry counts, not identifiers; only `explain` names a patient."""

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import polars as pl
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from headway.record.findings import summary
from headway.record.record import Record, show_day
from headway.record.rules import RULES
from headway.run import Explained, Outcome

# What is not a terminal has no width of its own: wide enough that a row stays one line in a log.
console = Console(width=None if sys.stdout.isatty() else 150)
FULL = 3  # findings of a rule that are printed in full


def progress(what: str, quiet: bool) -> AbstractContextManager[object]:
    """A spinner while long work goes on; none for --quiet and for what is not a terminal."""
    return nullcontext() if quiet or not console.is_terminal else console.status(what)


def _table(title: str, *columns: str) -> Table:
    # As wide as its title, which would go over two lines above a narrow table.
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False,
                  min_width=len(title))  # fmt: skip
    for column in columns:  # "# rows": a number, set right
        justify = "right" if column.startswith("# ") else "left"
        table.add_column(column.removeprefix("# "), overflow="fold", justify=justify)
    return table


def print_account(record: Record) -> None:
    """Rows read, used and set aside, per source."""
    table = _table("Rows", "source", "# read", "# used", "# set aside")
    for file, sheet, *counts in record.rows.iter_rows():
        table.add_row(escape(" / ".join(filter(None, [file, sheet]))), *(f"{n:,}" for n in counts))
    console.print(table)


def print_findings(record: Record) -> None:
    """Findings counted by rule."""
    if record.findings.is_empty():
        console.print("No findings.")
        return
    table = _table("Findings", "severity", "table", "rule", "# findings", "# rows set aside")
    for row in summary(record.findings).iter_rows(named=True):
        counts = (f"{row['findings']:,}", f"{row['rows_set_aside']:,}")
        table.add_row(row["severity"], row["table"], row["rule"], *counts)
    console.print(table)


def print_first_findings(record: Record, written: Path | None) -> None:
    """The first findings of each rule in full: whoever checks a record has it open, and mends it."""
    by_severity = record.findings.sort("severity", maintain_order=True)
    for (_, name), own in by_severity.partition_by("severity", "rule", as_dict=True).items():
        console.print(f"[bold]{name}[/bold]: {RULES[str(name)].says}", highlight=False)
        for row in own.head(FULL).iter_rows(named=True):
            console.print(f"  {escape(_where(row))}: {escape(row['message'])}. {row['fix']}", highlight=False)
        if own.height > FULL:
            console.print(f"  … and {own.height - FULL:,} more")
    if not record.findings.is_empty():
        console.print(_all_of_them(written), highlight=False)


def _where(row: dict) -> str:
    patient = f", patient {row['patient_id']}" if row["patient_id"] is not None else ""
    return _source(row) + patient


def _all_of_them(written: Path | None) -> str:
    return f"\nAll findings: {escape(str(written))}" if written else "\nAll of them: --findings FILE.csv"


def print_outcome(outcome: Outcome) -> None:
    """The account, the findings by rule, the main results, and where the report stands."""
    console.print(f"[bold]{escape(outcome.study.title)}[/bold]\n")
    print_account(outcome.record)
    print_findings(outcome.record)
    console.print(_people(outcome.made.results), highlight=False)
    table = _table("Results", "analysis", "group", "# patients", "# events", "# median days", "95 % CI")
    for row in _medians(outcome.made.results):
        table.add_row(*row)
    console.print(table)
    if not outcome.record.findings.is_empty():
        console.print(f"Findings: {escape(str(outcome.folder / 'findings.csv'))}", soft_wrap=True)
    console.print(f"Report: {escape(str(outcome.folder / 'report.html'))}", soft_wrap=True)


def _people(results: pl.DataFrame) -> str:
    """528 patients read, 528 used, 224 dead (1 on an unknown day)."""
    names = ("patients read", "patients", "dead", "dead on an unknown day")
    read, used, dead, unknown = (
        f"{results.filter(pl.col('analysis') == name)['value'][0]:,.0f}" for name in names
    )
    return f"{read} patients read, {used} used, {dead} dead ({unknown} of them on an unknown day)"


def _medians(results: pl.DataFrame) -> list[tuple[str, ...]]:
    keys = ["analysis", "group"]
    events = results.filter(pl.col("statistic") == "events").select(*keys, events="value")
    medians = results.filter(
        pl.col("method").str.starts_with("Kaplan-Meier"), pl.col("statistic") == "median"
    )
    joined = medians.join(events, on=keys, maintain_order="left")
    return [
        (
            row["analysis"],
            row["group"],
            f"{row['n']:,}",
            f"{row['events']:,.0f}",
            _days(row["value"]),
            f"{_days(row['lower'])} to {_days(row['upper'])}",
        )
        for row in joined.iter_rows(named=True)
    ]


def _days(value: float | None) -> str:
    return "not reached" if value is None else f"{round(value, 1):,.10g}"


def print_explained(explained: Explained) -> None:
    """One patient: timeline with source lines, lesions over time, derived facts with reasons."""
    table = _table("Timeline", "day", "table", "what", "source")
    for row in explained.timeline.iter_rows(named=True):
        what = escape(row["what"] or "")
        table.add_row(_when(row, explained.record), row["table"], what, escape(_source(row)))
    console.print(table)
    _print_lines(explained)
    _print_lesions(explained)
    derived = _table("Derived", "endpoint", "# days", "status", "reason", "source")
    for row in explained.times.iter_rows(named=True):
        status = {True: "event", False: "censored", None: "no time"}[row["event"]]
        days = "–" if row["days"] is None else f"{row['days']:,.0f}"
        name = f"{row['endpoint']} since {row['since']}"
        derived.add_row(name, days, status, escape(row["reason"]), escape(_source(row)))
    console.print(derived)


def _print_lines(explained: Explained) -> None:
    """Lines of systemic therapy, each with the reason for its beginning."""
    if explained.lines.is_empty():
        return
    table = _table("Lines of therapy", "line", "setting", "regimen", "from", "to", "why")
    for row in explained.lines.iter_rows(named=True):
        days = (show_day(row[day], explained.record.time) for day in ("start_day", "end_day"))
        table.add_row(str(row["line"]), row["setting"], escape(row["regimen"]), *days, escape(row["reason"]))
    console.print(table)


def _print_lesions(explained: Explained) -> None:
    """Per reader: every lesion's size at every scan, and below it the response with its reason."""
    for (reader,), judged in explained.responses.partition_by("evaluator", as_dict=True).items():
        sizes = _sizes(explained.record.tables["measurements"], str(reader))
        shown = {
            day: show_day(day, explained.record.time, flag)
            for day, flag in sizes["day", "imputed"].iter_rows()
        }
        console.print(_size_table(f"Lesions, {reader}: mm", sizes, shown))
        responses = _table(f"Responses, {reader}", "day", "response", "# sum mm", "# nadir mm", "reason")
        for row in judged.sort("day").iter_rows(named=True):
            day = shown.get(row["day"]) or show_day(row["day"], explained.record.time)
            responses.add_row(day, row["response"], _mm(row["sum_mm"]), _mm(row["nadir_mm"]), row["reason"])
        console.print(responses)


def _size_table(title: str, sizes: pl.DataFrame, shown: dict[int, str]) -> Table:
    lesions = sizes["lesion_id"].unique().sort().to_list()
    table = _table(title, "day", *(f"# {lesion}" for lesion in lesions))
    for (day,), scan in sizes.partition_by("day", as_dict=True, maintain_order=True).items():
        seen = dict(scan.select("lesion_id", "seen").iter_rows())
        table.add_row(shown[day], *(seen.get(lesion, "") for lesion in lesions))
    return table


def _sizes(measurements: pl.DataFrame, reader: str) -> pl.DataFrame:
    own = measurements.filter(pl.col("evaluator").fill_null("not stated") == reader)
    number = pl.col("diameter_mm").cast(pl.String).str.replace(r"\.0$", "")
    seen = pl.coalesce(number, "status", pl.lit("–"))
    return own.select("lesion_id", "day", "imputed", seen=seen).sort("day", "lesion_id")


def _mm(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _when(row: dict, record: Record) -> str:
    if row["day"] is None:
        return ""
    start = show_day(row["day"], record.time, row["imputed"])
    if row["end_day"] is None:
        return start
    end = show_day(row["end_day"], record.time, row["end_imputed"])
    return f"{start} to {end.removeprefix('day ')}"


def _source(row: dict) -> str:
    place = " / ".join(filter(None, [row["source_file"], row["source_sheet"]]))
    return f"{place}, line {row['source_line']}" if row["source_line"] is not None else place
