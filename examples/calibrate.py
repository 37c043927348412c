"""Fit the scenario of an example to its published results, and choose the candidates it shows.

    python examples/calibrate.py examples/salvage-after-ici/study.toml

What is fitted stands in the scenario itself: a number followed by `# free: LOW to HIGH` is free within these
limits, a share followed by `# rest` is what the others of its regimen leave over. The targets are the rows of
the study's `published` file, but not those of kind `context`. Every number is what Headway itself makes of
the simulated record (check, lines, responses, endpoints, tables); the truth of the model is never looked at.

Two steps. The first searches for the free numbers on a large cohort. The second looks, in a long row of
candidates of one seed, for the stretches in which the published numbers come out together, and writes them
into the scenario (`stretches`): a small cohort scatters, and this one is picked so. How close both got goes
into calibration*.csv beside it, and what a run must recover into expected*.csv.
"""

import argparse
from pathlib import Path

import polars as pl
from calibration.choice import Search, as_stretches, entering, exchanged
from calibration.distance import distance
from calibration.facts import facts_of
from calibration.recovery import beside_published, lean, made_of, recovered, until_cutoff
from calibration.search import search, simplex
from calibration.template import Template

from headway.study import Study, load


def fitted(template: Template, study: Study, folder: Path, patients: int, evaluations: int) -> Template:
    """The free numbers that bring a large cohort near to the published results."""
    size = template.scenario().patients

    def loss(at: Template) -> float:
        try:
            scenario = at.large(patients)
        except ValueError:  # shares over 1
            return 1e6
        return distance(recovered(study, folder, scenario), patients, size)

    template, _ = search(template, loss, evaluations // 2, width=0.25)
    template, least = simplex(template, loss, evaluations // 2)
    print(f"fitted: {least:.2f}")
    return template


def chosen(template: Template, study: Study, folder: Path, said: argparse.Namespace) -> Template:
    """The same with the stretches in which the published numbers come out."""
    scenario = template.large(said.candidates)
    number = entering(until_cutoff(scenario), said.candidates)
    made = made_of(study, folder, template.large(len(number)))
    facts = facts_of(beside_published(study, folder, made.results), made, len(number))
    sought = Search.of(facts, template.scenario().patients, said.stretches)
    runs = [exchanged(sought, said.steps, seed) for seed in range(said.runs)]
    print("stretches:", " ".join(f"{cost:.2f}" for _, cost in runs), flush=True)
    starts, _ = min(runs, key=lambda run: run[1])
    return template.with_stretches(as_stretches(starts, sought.lengths, number))


def written(rows: pl.DataFrame, large: pl.DataFrame, scale: float) -> pl.DataFrame:
    """The table of how close it got; every published number with that of the large and the small cohort."""
    whole = (
        pl.when(large["unit"] == "patients").then(large["recovered"] * scale).otherwise(large["recovered"])
    )
    told = rows.with_columns(large_cohort=large.select(whole).to_series())
    return told.select(
        "name", "unit", published="value", large_cohort=pl.col("large_cohort").round(2),
        recovered=pl.col("recovered").round(2), difference=(pl.col("recovered") - pl.col("value")).round(2),
    )  # fmt: skip


def _beside(scenario: Path, what: str) -> Path:
    return scenario.with_name(scenario.name.replace("scenario", what)).with_suffix(".csv")


def _arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("study", type=Path)
    asked.add_argument("--patients", type=int, default=4000, help="of the large cohort")
    asked.add_argument("--evaluations", type=int, default=300, help="of the search; 0: keep the numbers")
    asked.add_argument("--candidates", type=int, default=15_000, help="among whom the stretches are sought")
    asked.add_argument("--stretches", type=int, default=8, help="of equal length; 0: keep the choice")
    asked.add_argument("--steps", type=int, default=60_000, help="of a run of the exchange")
    asked.add_argument("--runs", type=int, default=3, help="of the exchange; the best is taken")
    return asked.parse_args()


def main() -> None:
    said = _arguments()
    study, folder = lean(load(said.study)), said.study.parent
    file = folder / str(study.simulate)
    template = Template(file.read_text(encoding="utf-8"))
    if said.evaluations:
        template = fitted(template, study, folder, said.patients, said.evaluations)
        file.write_text(template.text, encoding="utf-8")
    if said.stretches:
        template = chosen(template, study, folder, said)
        file.write_text(template.text, encoding="utf-8")
    large = recovered(study, folder, template.large(said.patients))
    rows = recovered(study, folder, template.scenario())
    table = written(rows, large, template.scenario().patients / said.patients)
    table.write_csv(_beside(file, "calibration"))
    rows.select("name", "recovered").write_csv(_beside(file, "expected"))
    with pl.Config(tbl_rows=-1, fmt_str_lengths=60):
        print(table)


if __name__ == "__main__":
    main()
