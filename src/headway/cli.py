"""The command line: a door to the verbs of run.py."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from headway import internal_error
from headway.errors import HeadwayError

app = typer.Typer(
    name="headway",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

RecordPath = Annotated[
    Path, typer.Argument(metavar="RECORD", help="Folder of CSV or Parquet, workbook, SDTM or TCGA folder.")
]
StudyPath = Annotated[Path, typer.Argument(metavar="STUDY.toml", help="The study file.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]

DEBUG = "--debug"


@app.callback()
def options(
    debug: Annotated[bool, typer.Option(DEBUG, help="Show a mistake of Headway's own in full.")] = False,
) -> None:
    """From the record of a cohort to the results that its study publishes."""
    # `main` looks for it itself: what fails may fail before or after this.


# The verbs are imported inside the commands: `headway --help` must not wait for numba and polars.


@app.command()
def check(
    record: RecordPath,
    format: Annotated[
        str | None, typer.Option(help="folder, workbook, sdtm or tcga; else recognised.")
    ] = None,
    time: Annotated[str | None, typer.Option(help="dates or days, where the record cannot tell.")] = None,
    cutoff: Annotated[str | None, typer.Option(help="Data cut-off: a date, or a day of the record.")] = None,
    findings: Annotated[Path | None, typer.Option(help="Write all findings to this CSV file.")] = None,
) -> None:
    """Say what is wrong with the data: table, row, patient, value, rule, what to fix.

    Exit status 1 if rows had to be set aside.
    """
    from headway import run as verbs
    from headway.terminal import print_account, print_findings, print_first_findings

    made = verbs.check(record, format=format, time=time, cutoff=cutoff)
    print_account(made)
    print_findings(made)
    if findings is not None:
        verbs.write_findings(made, findings)
    print_first_findings(made, findings)
    if made.findings["rows"].sum() > 0:
        raise typer.Exit(1)


@app.command()
def run(
    study: StudyPath,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the report; default: out/ beside the study.")
    ] = None,
    deidentify: Annotated[
        Path | None,
        typer.Option(metavar="KEY", help="File with a secret: hash ids by it, tell days, hide small cells."),
    ] = None,
    smallest_cell: Annotated[
        int, typer.Option(min=1, help="With --deidentify: smaller counts are suppressed.")
    ] = 5,
    quiet: Quiet = False,
) -> None:
    """Record -> derived tables -> results -> report."""
    from headway import run as verbs
    from headway.terminal import print_outcome, progress

    with progress("Reading, checking, deriving, analysing, reporting", quiet):
        hide = None if deidentify is None else verbs.read_key(deidentify, smallest_cell)
        outcome = verbs.run(study, out or study.parent / "out", hide)
    if not quiet:
        print_outcome(outcome)


@app.command()
def explain(
    study: StudyPath, patient: Annotated[str, typer.Argument(metavar="PATIENT", help="The patient's id.")]
) -> None:
    """One patient's timeline with the source line of each fact, and the reason for every derived fact."""
    from headway import run as verbs
    from headway.terminal import print_explained

    print_explained(verbs.explain(study, patient))


@app.command()
def new(
    record: RecordPath,
    out: Annotated[Path, typer.Option(help="The study file to write.")] = Path("study.toml"),
    format: Annotated[
        str | None, typer.Option(help="folder, workbook, sdtm or tcga; else recognised.")
    ] = None,
    time: Annotated[str | None, typer.Option(help="dates or days, where the record cannot tell.")] = None,
) -> None:
    """A commented study file for a record, ready to run."""
    from headway import run as verbs

    verbs.new(record, out, format=format, time=time)
    typer.echo(f"Wrote {out}. Next: headway run {out}")


@app.command()
def schema() -> None:
    """The JSON Schema of the study file, by which editors complete and check its keys."""
    from headway import run as verbs

    typer.echo(verbs.schema(), nl=False)


@app.command()
def template(
    workbook: Annotated[Path, typer.Argument(metavar="RECORD.xlsx", help="The workbook to write.")],
) -> None:
    """An empty workbook to collect a cohort in, with drop-downs, date cells and notes."""
    from headway import run as verbs

    verbs.template(workbook)
    typer.echo(f"Wrote {workbook}.")


@app.command()
def simulate(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="The scenario file.")],
    out: Annotated[Path, typer.Option(help="Folder of the record.")],
    patients: Annotated[int | None, typer.Option(help="Patients, in place of the scenario's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed, in place of the scenario's.")] = None,
    format: Annotated[str, typer.Option(help="parquet or csv.")] = "parquet",
    quiet: Quiet = False,
) -> None:
    """A synthetic cohort of any size, with known truth, as a folder that reads as a record."""
    from headway.run.simulate import simulate as write
    from headway.terminal import progress

    with progress("Simulating", quiet):
        made = write(scenario, out, patients=patients, seed=seed, format=format)
    if not quiet:
        typer.echo(f"Wrote {out}: SYNTHETIC, patients: {made}.")


def main() -> None:
    """The command `headway`.

    A user's mistake is one message on stderr and exit status 2, a mistake of Headway's own another and 3.
    """
    try:
        app()
    except HeadwayError as error:
        _end(f"headway: {error}\n", 2)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of polars is no Exception
        if DEBUG in sys.argv:
            raise
        if isinstance(error, OSError) and error.strerror:  # a full disk, a folder that may not be written
            _end(f"headway: {error.strerror}: {error.filename or 'file not named'}\n", 2)
        _end(internal_error.message(error, internal_error.written(error)), internal_error.STATUS)


def _end(said: str, status: int) -> NoReturn:
    sys.stderr.write(said)
    sys.exit(status)


if __name__ == "__main__":
    main()
