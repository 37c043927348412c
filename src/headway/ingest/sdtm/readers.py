"""Who read the scan: one name per reader, from --EVAL and --EVALID."""

import polars as pl


def evaluator() -> pl.Expr:
    """The investigator, or the independent reader by name; empty where nobody is named.

    >>> said = pl.DataFrame({"EVAL": ["INVESTIGATOR", "INDEPENDENT ASSESSOR", "INDEPENDENT ASSESSOR", None],
    ...                      "EVALID": [None, "RADIOLOGIST 1", None, None]})
    >>> said.select(evaluator())["evaluator"].to_list()
    ['investigator', 'radiologist 1', 'independent assessor', None]
    """
    who, name = (pl.col(column).str.to_lowercase() for column in ("EVAL", "EVALID"))
    return pl.when(who == "investigator").then(who).otherwise(pl.coalesce(name, who)).alias("evaluator")
