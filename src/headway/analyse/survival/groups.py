"""What statistics of groups share: the curve of each group, and rows of results."""

import numpy as np
import polars as pl
from scipy.special import chdtrc, ndtr, ndtri

from headway.analyse.rows import result
from headway.analyse.survival.kaplan_meier import Limits, SurvivalCurve, kaplan_meier
from headway.analyse.survival.sample import AnalysisError, Codes, Outcome, Sample, group_codes, sample
from headway.record.results import Results

_SCHEMA = Results.create_empty().schema


def results(rows: list[dict]) -> pl.DataFrame:
    """Rows of the results table as a frame."""
    return pl.DataFrame(rows, schema=_SCHEMA)


def curve_of(
    rows: Sample, *, robust: bool = False, limits: Limits = "log-log", level: float = 0.95
) -> SurvivalCurve:
    """The Kaplan-Meier curve of a sample; robust errors count each cluster or patient once."""
    clusters = _compact(rows.cluster) if robust else None
    return kaplan_meier(rows.stop, rows.event, start=rows.start, weights=rows.weight, clusters=clusters,
                        limits=limits, level=level)  # fmt: skip


def _compact(codes: Codes) -> Codes:
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def by_group(frame: pl.DataFrame, by: str | None, outcome: Outcome) -> tuple[dict[str, Sample], list[dict]]:
    """Each group of a column and its rows (without a column, all rows as "all"), and what was set aside."""
    if by is None:
        whole = sample(frame, outcome)
        return {"all": whole}, set_aside(outcome, whole)
    whole = sample(frame, outcome, [by])
    names, codes = group_codes(whole.rows, by)
    parts = {name: whole.part(codes == code) for code, name in enumerate(names)}
    return parts, set_aside(outcome, whole)


def set_aside(outcome: Outcome, rows: Sample) -> list[dict]:
    """One row of results that counts the rows without a needed value; none if there are none."""
    if rows.set_aside == 0:
        return []
    return [result(outcome.where(), "rows without a value, not used", float(rows.set_aside), n=rows.n,
                   method="count", unit="rows", patients=[])]  # fmt: skip


def two_or_more(names: list[str], by: str) -> None:
    """Refuse a comparison of one group with nothing."""
    if len(names) < 2:
        raise AnalysisError(f"{by}: two or more groups are expected; found only {', '.join(names)}.")


def two_sided(z: float) -> float:
    """The two-sided p-value of a standard normal statistic."""
    return float(2 * ndtr(-abs(z)))


def upper_tail(chi_square: float, df: int) -> float:
    """The p-value of a chi-square statistic."""
    return float(chdtrc(df, chi_square))


def normal_quantile(level: float) -> float:
    """The factor of the standard error in two-sided limits: 1.96 for 0.95."""
    return float(ndtri((1 + level) / 2))
