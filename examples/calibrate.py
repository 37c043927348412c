"""Fit the scenario of an example to its published results, and choose the stretch of candidates it shows.

    python examples/calibrate.py examples/salvage-after-ici/study.toml

What is fitted stands in the scenario itself: a number followed by `# free: LOW to HIGH` is free within these
limits, a share followed by `# rest` is what the others of its regimen leave over. The targets are the rows of
the study's `published` file, but not those of kind `context`. Every number is what Headway itself makes of
the simulated record (check, lines, responses, endpoints, tables); the truth of the model is never looked at.

Three steps. The first searches for the free numbers on a large cohort. `choose` then looks in a long row of
candidates of one seed for the stretch of as many patients as the scenario has in which the published counts
come out, and writes where it begins (`first_candidate`): a small cohort scatters, and this one is picked so.
The last moves the free numbers a little, with that stretch held. All are written into the scenario, how close
they got into calibration*.csv beside it, and what a run must recover into expected*.csv.
"""

import argparse
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from scipy.optimize import minimize

from headway.ingest.assemble import assemble
from headway.ingest.extract import Extract, Source, with_source
from headway.record.record import Record
from headway.run.cohort import cohort, times_of
from headway.run.topics import TOPICS, Made, timing, together
from headway.run.topics.published import beside, read_published
from headway.simulate.cohort import blocks
from headway.simulate.draws import Draws
from headway.simulate.scenario import Scenario
from headway.simulate.story import lives, story
from headway.study import Study, load
from headway.units import DAYS_PER_MONTH

FREE = re.compile(
    r"^(?P<before>[^#=]*=\s*)(?P<value>[-+.\deE]+)(?P<after>\s*# free: (?P<low>\S+) to (?P<high>\S+).*)$"
)
REST = re.compile(r"^(?P<before>share = )(?P<value>[-+.\deE]+)(?P<after>\s*# rest.*)$")
SHARE = re.compile(r"^share = (?P<value>[-+.\deE]+)")
POINTS, RATIO = 3.0, 1.1  # how far off counts as 1: points of a share, times of a median
UNREACHED = 5.0  # what a median that is not reached counts, where one was published


# --- the scenario as a text whose free numbers move


@dataclass(frozen=True)
class Template:
    """A scenario file; `with_values` writes other numbers in the places of the free ones."""

    text: str

    @property
    def limits(self) -> np.ndarray:
        return np.array([(float(m["low"]), float(m["high"])) for m in self._matches()])

    @property
    def values(self) -> np.ndarray:
        return np.array([float(m["value"]) for m in self._matches()])

    def _matches(self) -> list[re.Match]:
        return [found for line in self.text.splitlines() if (found := FREE.match(line))]

    def with_values(self, values: np.ndarray) -> "Template":
        left, lines = list(values), []
        for line in self.text.splitlines():
            found = FREE.match(line)
            lines.append(f"{found['before']}{left.pop(0):.4g}{found['after']}" if found else line)
        return Template("\n".join(_rested(lines)) + "\n")

    def with_key(self, key: str, value: int) -> "Template":
        return Template(re.sub(rf"(?m)^{key} = \d+", f"{key} = {value}", self.text, count=1))

    def scenario(self, **instead: int) -> Scenario:
        return Scenario.model_validate(tomllib.loads(self.text) | instead)


def _rested(lines: list[str]) -> list[str]:
    """Each share marked `# rest` is what the shares before it in its regimen leave."""
    total, made = 0.0, []
    for line in lines:
        total = 0.0 if line.startswith("[[regimen]]") else total
        rest, share = REST.match(line), SHARE.match(line)
        if rest:
            line = f"{rest['before']}{1 - total:.6g}{rest['after']}"
        elif share:
            total += float(share["value"])
        made.append(line)
    return made


# --- what the study makes of it


def record_of(scenario: Scenario) -> Record:
    """The checked record of a scenario, without files."""
    made = list(blocks(_until_cutoff(scenario)))
    names = dict.fromkeys(name for block in made for name in block.tables)
    tables = {
        name: with_source(pl.concat([b.tables[name] for b in made if name in b.tables]), Source(name))
        for name in names
    }
    return assemble(Extract(tables, {Source(name): table.height for name, table in tables.items()}))


def _until_cutoff(scenario: Scenario) -> Scenario:
    """The model need not go on after the last day that is recorded; who enters late may need it longer."""
    if scenario.index_line > 1:
        return scenario
    calendar = scenario.calendar
    horizon = min(calendar.horizon_months, calendar.cutoff_months + 1)
    return scenario.model_copy(update={"calendar": calendar.model_copy(update={"horizon_months": horizon})})


def recovered(study: Study, folder: Path, record: Record) -> pl.DataFrame:
    """The published rows with what the study makes of this record (`beside`), and the patients behind."""
    return _beside_published(study, folder, _made(study, folder, record).results)


def _made(study: Study, folder: Path, record: Record) -> Made:
    """Results and times of the study; of an analysis by an exposure the naive half alone."""
    base = cohort(study, record, folder)
    parts = [Made()]
    for topic in TOPICS:
        for asked in topic.asked(base):
            if topic is timing.TOPIC:
                times = (
                    Made()
                    if asked.endpoint in timing.RATES
                    else Made(times=times_of(base, asked.endpoint, asked.since))
                )
                parts += [Made(timing.naive(base, asked)), times]
            else:
                parts.append(topic.make(base, asked))
    return together(parts)


def _beside_published(study: Study, folder: Path, results: pl.DataFrame) -> pl.DataFrame:
    path = folder / str(study.published)
    rows = beside(read_published(path), results, path)
    return rows.join(results.select("row", "patients"), on="row", how="left", maintain_order="left")


def lean(study: Study) -> Study:
    """The study without what no published number comes from."""
    nothing = {
        "characteristics": (),
        "treatment": False,
        "datasets": False,
        "swimmer": None,
        "sequences": None,
    }
    return study.model_copy(update={"report": study.report.model_copy(update=nothing)})


# --- how far off


def distance(rows: pl.DataFrame, patients: int, wanted: int) -> float:
    """Sum of the squared differences; 1 is 3 points of a share, or 10 % of a median.

    Takes:  `recovered` of a cohort of `patients`; `wanted` is the size of the published one.
    """
    return float(sum(_off(row, wanted / patients) ** 2 for row in rows.iter_rows(named=True)))


def _off(row: dict, scale: float) -> float:
    if row["kind"] == "context":
        return 0.0
    value, found, unit = row["value"], row["recovered"], row["unit"]
    if value is None:
        return 0.0 if found is None else 1.0
    if found is None:
        return UNREACHED
    if unit == "%":
        return (found - value) / POINTS
    if unit == "patients":
        return (found * scale - value) / max(1.0, 0.05 * value)
    return float(np.log(max(found / value, 1e-3)) / np.log(RATIO)) if value > 0 else (found - value) / 5


def missed(row: dict) -> bool:
    """Whether a recovered number is further off than it may be; a published count must be met."""
    if row["unit"] == "patients" and not row["source"].startswith("reconstructed"):
        return row["recovered"] != row["value"]
    return abs(_off(row, 1.0)) > 0.95


# --- step 1: the free numbers


def search(
    template: Template, loss: Callable[[Template], float], evaluations: int, width: float, seed: int = 1
) -> tuple[Template, float]:
    """Random steps from the best so far, within the limits; the steps become smaller."""
    limits, rng = template.limits, np.random.default_rng(seed)
    best, least = _unit(template), loss(template)
    for step in range(evaluations):
        far = rng.normal(0, width * 0.99**step, len(best)) * (rng.uniform(size=len(best)) < 0.4)
        moved = np.clip(best + far, 0, 1)
        found = loss(template.with_values(_inside(limits, moved)))
        if found < least:
            best, least = moved, found
            print(f"search {step}: {least:.2f}", flush=True)
    return template.with_values(_inside(limits, best)), least


def simplex(
    template: Template, loss: Callable[[Template], float], evaluations: int
) -> tuple[Template, float]:
    """Nelder and Mead's simplex around where the search ended."""
    limits, best = template.limits, _unit(template)
    corners = np.vstack([best, *(np.clip(best + 0.05 * one, 0, 1) for one in np.eye(len(best)))])
    options = {"maxfev": evaluations, "initial_simplex": corners, "xatol": 1e-3, "fatol": 1e-2}
    found = minimize(
        lambda unit: loss(template.with_values(_inside(limits, unit))),
        best,
        method="Nelder-Mead",
        options=options,
    )
    return template.with_values(_inside(limits, found.x)), float(found.fun)


def _unit(template: Template) -> np.ndarray:
    """The free numbers as parts of the way from their lower to their upper limit."""
    limits = template.limits
    return (template.values - limits[:, 0]) / (limits[:, 1] - limits[:, 0])


def _inside(limits: np.ndarray, unit: np.ndarray) -> np.ndarray:
    return limits[:, 0] + np.clip(unit, 0, 1) * (limits[:, 1] - limits[:, 0])


# --- step 2: the stretch of candidates


def choose(
    template: Template, study: Study, folder: Path, candidates: int, tried: int
) -> tuple[Template, pl.DataFrame]:
    """The stretch in which the published counts come out, and among the best of these the medians."""
    size = template.scenario().patients
    if not tried:
        return template, recovered(study, folder, record_of(template.scenario()))
    entering = _entering(template.scenario(first_candidate=0, patients=candidates), candidates)
    everyone = template.scenario(patients=len(entering), first_candidate=0)
    made = _made(study, folder, record_of(everyone))
    whole = _beside_published(study, folder, made.results)
    starts = entering[stretches(whole, made, size, len(entering))[:tried]]
    best, least, shown = template, np.inf, pl.DataFrame()
    for start in starts:
        moved = template.with_key("first_candidate", int(start))
        rows = recovered(study, folder, record_of(moved.scenario()))
        found = distance(rows, size, size)
        if found < least:
            best, least, shown = moved, found, rows
            print(f"stretch {start}: {least:.2f}", flush=True)
    return best, shown


def _entering(scenario: Scenario, candidates: int) -> np.ndarray:
    """Those of the first candidates who come into the cohort."""
    draws = Draws(scenario.seed)
    known = lives(_until_cutoff(scenario), draws, np.arange(candidates))
    return story(scenario, draws, known, 0, candidates).rows


def stretches(whole: pl.DataFrame, made: Made, size: int, patients: int) -> np.ndarray:
    """The first patient (from 0) of each stretch of `size`, the nearest to the published numbers first.

    Takes:  `recovered` of all patients, and what it was taken from. Counts, shares and medians of times are
            looked at; a median of anything else waits until the stretch is analysed in full.
    """
    off = np.zeros(patients - size + 1)
    for row in whole.iter_rows(named=True):
        if row["patients"] is None or row["kind"] == "context":
            continue
        if row["unit"] == "patients":
            off += (_in_stretches(row["patients"], size, patients) - row["value"]) ** 2
        elif row["unit"] == "%":
            some, every = (_in_stretches(ids, size, patients) for ids in _share(row, made.results))
            off += ((100 * some / np.maximum(every, 1) - row["value"]) / POINTS) ** 2
        elif row["unit"] == "months" and row["statistic"] == "median":
            off += _medians_off(row, made.times, size, patients)
    return np.argsort(off, kind="stable")


def _places(ids: list[str]) -> np.ndarray:
    return np.array([int(name.lstrip("P")) for name in ids], int)


def _in_stretches(ids: list[str], size: int, patients: int) -> np.ndarray:
    """How many of these are in each stretch."""
    member = np.zeros(patients + 1)
    member[_places(ids)] = 1
    total = np.cumsum(member)
    return total[size:] - total[: len(total) - size]


def _share(row: dict, results: pl.DataFrame) -> tuple[list[str], list[str]]:
    """Who has it, and among whom."""
    alike = results.filter(analysis=row["analysis"], group=row["group"])
    if row["statistic"] == "proportion":
        return alike.filter(statistic="with the event")["patients"].to_list()[0], row["patients"]
    population = row["population"] or alike["population"][0]
    same = results.filter(analysis=row["analysis"], population=population, statistic="rate")
    return row["patients"], same["patients"].explode().drop_nulls().unique().to_list()


def _medians_off(row: dict, times: pl.DataFrame, size: int, patients: int) -> np.ndarray:
    """The squared differences of the Kaplan-Meier medians of every stretch."""
    endpoint, since = row["analysis"].replace(",", "").split(" since ")[0], row["analysis"].replace(",", "")
    since = (row["group"] if row["group"].startswith("since ") else since).split("since ")[1].split(" ")[0]
    own = times.filter(
        pl.col("endpoint") == endpoint, pl.col("since") == since, pl.col("patient_id").is_in(row["patients"])
    ).drop_nulls("days")
    place, order = _places(own["patient_id"].to_list()), np.argsort(own["days"].to_numpy(), kind="stable")
    place, days, event = place[order], own["days"].to_numpy()[order], own["event"].to_numpy()[order]
    value, off = None if row["value"] is None else row["value"] * DAYS_PER_MONTH, []
    for first in range(1, patients - size + 2):
        inside = (place >= first) & (place < first + size)
        at_risk = np.arange(inside.sum(), 0, -1)
        survival = np.cumprod(1 - event[inside] / at_risk)
        reached = np.flatnonzero(survival <= 0.5 + 1e-12)
        median = days[inside][reached[0]] if len(reached) else None
        if value is None or median is None:
            off.append(0.0 if value == median else UNREACHED if median is None else 1.0)
        else:
            off.append((np.log(max(median, 1) / value) / np.log(RATIO)) ** 2)
    return np.array(off)


# --- the command


def written(rows: pl.DataFrame, large: pl.DataFrame) -> pl.DataFrame:
    """The table of how close it got; every published number with that of the large and the small cohort."""
    told = rows.with_columns(large_cohort=large["recovered"])
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
    asked.add_argument("--candidates", type=int, default=60_000, help="among whom the stretch is sought")
    asked.add_argument("--tried", type=int, default=150, help="stretches that are analysed; 0: keep the one")
    asked.add_argument("--polish", type=int, default=100, help="small steps with the stretch held")
    return asked.parse_args()


def main() -> None:
    said = _arguments()
    study, folder = lean(load(said.study)), said.study.parent
    file = folder / str(study.simulate)
    template = Template(file.read_text(encoding="utf-8"))
    size = template.scenario().patients

    def loss(at: Template) -> float:
        try:
            record = record_of(at.scenario(patients=said.patients, first_candidate=0))
        except ValueError:  # shares over 1
            return 1e6
        return distance(recovered(study, folder, record), said.patients, size)

    def small(at: Template) -> float:
        try:
            rows = recovered(study, folder, record_of(at.scenario()))
        except ValueError:
            return 1e6
        return distance(rows, size, size) + 2 * sum(missed(row) for row in rows.iter_rows(named=True))

    if said.evaluations:
        template, _ = search(template, loss, said.evaluations // 2, width=0.25)
        template, least = simplex(template, loss, said.evaluations // 2)
        file.write_text(template.text, encoding="utf-8")
        print(f"fitted: {least:.2f}")
    large = recovered(study, folder, record_of(template.scenario(patients=said.patients, first_candidate=0)))
    large = large.with_columns(
        recovered=pl.when(pl.col("unit") == "patients")
        .then(pl.col("recovered") * size / said.patients)
        .otherwise("recovered")
    )
    template, rows = choose(template, study, folder, said.candidates, said.tried)
    if said.polish:
        template, _ = search(template, small, said.polish, width=0.03)
        rows = recovered(study, folder, record_of(template.scenario()))
    file.write_text(template.text, encoding="utf-8")
    table = written(rows, large)
    table.write_csv(_beside(file, "calibration"))
    rows.select("name", "recovered").write_csv(_beside(file, "expected"))
    with pl.Config(tbl_rows=-1, fmt_str_lengths=60):
        print(table)


if __name__ == "__main__":
    main()
