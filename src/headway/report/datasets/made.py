"""All analysis datasets."""

from collections.abc import Callable

import polars as pl

from headway.report.datasets.adae import ADAE, adae
from headway.report.datasets.adex import ADEX, adex
from headway.report.datasets.adrs import ADRS, adrs
from headway.report.datasets.adsl import ADSL, adsl
from headway.report.datasets.adtr import ADTR, adtr
from headway.report.datasets.adtte import ADTTE, adtte
from headway.report.datasets.declared import Dataset
from headway.report.datasets.tables import AnalysisTables

_MADE_BY: list[tuple[Dataset, Callable[[AnalysisTables], pl.DataFrame | None]]] = [
    (ADSL, adsl), (ADTTE, adtte), (ADRS, adrs), (ADTR, adtr), (ADAE, adae), (ADEX, adex),
]  # fmt: skip
DATASETS = {dataset.name: dataset for dataset, _ in _MADE_BY}


def datasets(made_of: AnalysisTables) -> dict[str, pl.DataFrame]:
    """Every dataset that these tables give, by name; one without a row is not there."""
    made = {dataset.name: make(made_of) for dataset, make in _MADE_BY}
    return {name: frame for name, frame in made.items() if frame is not None and not frame.is_empty()}
