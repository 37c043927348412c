"""Conditions of a study: SQL over named columns, run by polars; nothing but a condition is run."""

import polars as pl

from headway.errors import StudyError
from headway.toml_file import nearest


def meeting(rows: pl.DataFrame, condition: str, key: str) -> pl.DataFrame:
    """The rows for which the condition holds; unknown is not met.

    Raises StudyError, naming the key of the study file, if it is no condition over columns of the rows.

    >>> patients = pl.DataFrame({"patient_id": ["A", "B"], "ecog": [0, 2]})
    >>> meeting(patients, "ecog <= 1", "population.fit.where")["patient_id"].to_list()
    ['A']
    """
    return rows.filter(_expression(rows, condition, key))


def _expression(rows: pl.DataFrame, condition: str, key: str) -> pl.Expr:
    said = f"{key}: '{condition}'"
    try:
        expression = pl.sql_expr(condition)
        unknown = sorted(set(expression.meta.root_names()) - set(rows.columns))
        if unknown:
            raise StudyError(f"{said}: there is no column '{unknown[0]}'.{nearest(unknown[0], rows.columns)}")
        answer = rows.clear().select(answer=expression)
    except pl.exceptions.PolarsError as error:
        raise StudyError(f"{said} is not a condition: {str(error).splitlines()[0]}.") from None
    # On no rows, what looks beyond its own row gives one all the same; so does "true", for everybody else.
    if answer.height and expression.meta.root_names():
        raise StudyError(f"{said} looks at more than one row: one patient must not change another.")
    if answer.schema["answer"] != pl.Boolean:
        raise StudyError(f"{said} is not a condition: it gives {answer.schema['answer']}, not true or false.")
    return expression
