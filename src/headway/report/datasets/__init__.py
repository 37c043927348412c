"""Analysis datasets in the shape of ADaM, and the dictionary that says where each variable comes from."""

from headway.report.datasets.made import DATASETS, datasets
from headway.report.datasets.tables import AnalysisTables
from headway.report.datasets.write import write_datasets

__all__ = ["DATASETS", "AnalysisTables", "datasets", "write_datasets"]
