"""Writing where there is little or nothing to write."""

from headway.report.datasets import DATASETS, write_datasets


def test_without_any_dataset_the_dictionary_says_what_each_needs(tmp_path):
    told = write_datasets(tmp_path / "out", {}, "days", write_csv=lambda frame, path: frame.write_csv(path))
    assert told.select("dataset", "rule").rows() == [
        (name, f"not made: needs {dataset.needs}") for name, dataset in DATASETS.items()
    ]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["dictionary.csv"]
