"""What captions of figures, and contributions of patients, say in words."""

import polars as pl

from headway.record.findings import ROW
from headway.record.record import show_day
from headway.record.words import sentence
from headway.run.cohort import Cohort


def data_cutoff(made: Cohort) -> str:
    """The data cut-off in words."""
    if made.cutoff_day is None:
        return "No data cut-off is set."
    return f"Data cut-off: {show_day(made.cutoff_day, made.record.time)}."


def source_in_words(which: str = "source") -> pl.Expr:
    """Where a row stands: "drugs.csv / sheet, line 7"."""
    file, sheet, line = (pl.col(name.replace("source", which)) for name in ROW)
    place = pl.concat_str([file, sheet], separator=" / ", ignore_nulls=True)
    return pl.when(line.is_not_null()).then(sentence("{}, line {}", place, line)).otherwise(file)


def days_in_words() -> pl.Expr:
    """The column `days` without a decimal that says nothing: "1718".

    >>> pl.DataFrame({"days": [1718.0, 84.31]}).select(days_in_words()).to_series().to_list()
    ['1718', '84.3']
    """
    return pl.col("days").round(1).cast(pl.String).str.replace(r"\.0$", "")
