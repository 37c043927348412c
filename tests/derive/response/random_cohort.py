"""Random patients who live on the edges of the rules.

Sums fall by exactly 30 %, rise by exactly 20 % or 5 mm, or miss that by a hundredth of a millimetre;
nodes have 9.99 or 10.00 mm; scans lie 25, 26 or 28 days apart. Everything follows from the seed.
Sizes are whole hundredths of a millimetre until they are written down.
"""

from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

import dataframely as dy
import polars as pl

from headway.record.columns import empty
from headway.record.tables.disease import Assessments, Lesions, Measurements

MM = 100
NEAR = [-1, 0, 0, 1]  # exactly on the threshold, or a hundredth to either side
GAPS = [14, 20, 24, 25, 26, 26, 27, 28, 28, 29, 30, 42, 56]
READERS = [[None]] * 11 + [["investigator"]] * 3 + [["investigator", "central"]] * 5 + [[None, "central"]]

START = {"patient_id": pl.String, "start_day": pl.Int32, "new_therapy_day": pl.Int32, "death_day": pl.Int32}
LESIONS = {
    "patient_id": pl.String,
    "lesion_id": pl.String,
    "role": pl.String,
    "lymph_node": pl.Boolean,
    "evaluator": pl.String,
}
MEASUREMENTS = {
    "patient_id": pl.String,
    "lesion_id": pl.String,
    "day": pl.Int32,
    "evaluator": pl.String,
    "diameter_mm": pl.Float64,
    "status": pl.String,
}
ASSESSMENTS = {"patient_id": pl.String, "day": pl.Int32, "evaluator": pl.String, "done": pl.Boolean}


@dataclass(frozen=True)
class Cohort:
    """Tables as a record holds them, and one row per patient with start, new therapy and death."""

    lesions: pl.DataFrame
    measurements: pl.DataFrame
    assessments: pl.DataFrame
    start: pl.DataFrame


class Lesion(NamedTuple):
    name: str
    role: str
    node: bool


class Seen(NamedTuple):
    """What a measurement says."""

    diameter_mm: float | None
    status: str | None


@dataclass
class Mood:
    """What is likely in this patient."""

    missing: float  # that a lesion is not measured at a scan
    odd: float  # that a word contradicts its number
    clearing: int  # scan from which non-target lesions are gone
    wishes: list[str]  # what the sum of the targets tends to do


@dataclass
class Story:
    """What has happened so far to the targets that one reader follows."""

    nodes: list[bool]
    sizes: list[int]
    baseline: int
    nadir: int
    peak: int  # the sum at the last rise: what a pending iUPD is compared with


@dataclass
class Rows:
    """Rows of the tables, as they are written."""

    lesions: list[tuple] = field(default_factory=list)
    measurements: list[tuple] = field(default_factory=list)
    assessments: list[tuple] = field(default_factory=list)
    start: list[tuple] = field(default_factory=list)


def random_cohort(patients: int, seed: int) -> Cohort:
    """This many patients; the same seed gives the same cohort."""
    chance, rows = Random(seed), Rows()
    for number in range(patients):
        add_patient(chance, rows, f"P{number:06}")
    key = ["patient_id", "lesion_id", "day", "evaluator"]  # two readers may both leave out who they are
    measurements = as_table(rows.measurements, MEASUREMENTS, Measurements)
    return Cohort(
        lesions=as_table(rows.lesions, LESIONS, Lesions),
        measurements=measurements.unique(key, keep="first", maintain_order=True),
        assessments=as_table(rows.assessments, ASSESSMENTS, Assessments),
        start=pl.DataFrame(rows.start, START, orient="row"),
    )


def as_table(rows: list[tuple], schema: dict, table: type[dy.Schema]) -> pl.DataFrame:
    """The rows in the columns that a record has; what is not given is null."""
    frame, whole = pl.DataFrame(rows, schema, orient="row"), empty(table)
    absent = {name: pl.lit(None, kind) for name, kind in whole.schema.items() if name not in schema}
    return frame.with_columns(**absent).select(whole.columns)


# --- One patient ---------------------------------------------------------------------------------


def add_patient(chance: Random, rows: Rows, patient: str) -> None:
    origin = chance.choice([0, 0, 0, 0, 19_000])
    has_start = chance.random() > 0.05
    baseline, follow_up = scan_days(chance, origin)
    readers, mood, lesions = chance.choice(READERS), random_mood(chance), random_lesions(chance)
    own = len(readers) > 1 and chance.random() < 0.5
    for reader in readers:
        mine = [lesion for lesion in lesions if chance.random() > 0.05] if own else lesions
        if own or reader == readers[0]:
            owner = reader if own else chance.choices([None, reader, "central"], [88, 10, 2])[0]
            add_lesions(chance, rows, patient, mine, owner)
        late = reader != readers[0] and chance.random() < 0.1  # who begins when others have long begun
        first = [] if late else baseline
        add_reader(chance, rows, (patient, reader), mine, mood, first, follow_up[2 * late :])
        add_assessments(chance, rows, (patient, reader), baseline + follow_up)
    start_day, therapy = origin if has_start else None, new_therapy_day(chance, origin, follow_up)
    died = max([origin, *follow_up]) + 30 if chance.random() < 0.3 else None
    rows.start.append((patient, start_day, therapy, died))


def add_lesions(chance: Random, rows: Rows, patient: str, lesions: list[Lesion], owner: str | None) -> None:
    """The lesions of one reader (None: of all who measure them), some a second time as everybody's."""
    for lesion in lesions:
        node = lesion.node or chance.choice([False, None])
        rows.lesions.append((patient, lesion.name, lesion.role, node, owner))
        known = {(row[0], row[1]) for row in rows.lesions[-20:] if row[4] is None}
        if owner and (patient, lesion.name) not in known and chance.random() < 0.02:
            rows.lesions.append((patient, lesion.name, lesion.role, not node, None))


def scan_days(chance: Random, origin: int) -> tuple[list[int], list[int]]:
    """Days of the baseline scans (none, one or two; sometimes after the start) and of those after.

    Now and then the first of those after lies on the start day or just before it.
    """
    last = origin + chance.choice([-28, -14, -7, -1, 0, 0, 0, 0, 0, 1, 9])
    baseline = chance.choices([[last], [last - 13, last], []], [85, 12, 3])[0]
    day, follow_up = max(origin, last) + chance.choice([19, 27, 28, 40, 41, 42, 43, 56]), []
    if last < origin and chance.random() < 0.2:
        day = origin - chance.choice([0, 1])
    for _ in range(chance.choice([0, 1, 2, 3, 3, 4, 4, 5, 6, 8])):
        follow_up.append(day)
        day += chance.choice(GAPS)
    return baseline, follow_up


def new_therapy_day(chance: Random, origin: int, follow_up: list[int]) -> int | None:
    if chance.random() > 0.15:
        return None
    return chance.choice([*follow_up, origin + 60]) + chance.choice([-1, 0, 1])


def random_mood(chance: Random) -> Mood:
    return Mood(
        missing=chance.choice([0, 0, 0, 0.03, 0.1, 0.3]),
        odd=chance.choice([0, 0, 0.05]),
        clearing=chance.choice([1, 1, 2, 3, 99, 99]),
        wishes=chance.choice(
            [
                ["gone", "gone", "gone", "back", "little"],
                ["gone", "back", "little", "above peak"],
                ["response", "response", "same", "response", "rise by 20 %", "gone"],
                ["rise by 20 %", "rise by 5 mm", "same", "little", "fall"],
                ["rise by 20 %", "above peak", "above peak", "same", "response"],
                [
                    "rise by 20 %",
                    "rise by 5 mm",
                    "response",
                    "above peak",
                    "fall",
                    "gone",
                    "back",
                    "any",
                    "same",
                ],
            ]
        ),
    )


def random_lesions(chance: Random) -> list[Lesion]:
    """Up to four targets, two non-targets and three new lesions; sometimes none of a kind."""
    counts = {
        "target": chance.choice([0, 1, 1, 1, 2, 2, 2, 3, 4]),
        "non-target": chance.choice([0, 0, 0, 1, 1, 2]),
        "new": chance.choice([0, 0, 0, 0, 1, 1, 2, 3]),
    }
    letters = {"target": "T", "non-target": "X", "new": "L"}
    return [
        Lesion(f"{letters[role]}{number}", role, chance.random() < 0.35)
        for role, count in counts.items()
        for number in range(1, count + 1)
    ]


def add_assessments(chance: Random, rows: Rows, who: tuple, days: list[int]) -> None:
    """Assessments of most scans, by the reader or by nobody; some without a scan, some missed."""
    patient, reader = who
    for day in days:
        if chance.random() < 0.6:
            rows.assessments.append(
                (patient, day, chance.choice([reader, None]), chance.choice([True, None]))
            )
        if chance.random() < 0.06:
            later = day + chance.choice([1, 7, 10])
            rows.assessments.append((patient, later, chance.choice([reader, None]), chance.random() < 0.5))
        if chance.random() < 0.02:
            rows.assessments.append((patient, day, reader, False))


def add_reader(
    chance: Random,
    rows: Rows,
    who: tuple,
    lesions: list[Lesion],
    mood: Mood,
    baseline: list[int],
    follow_up: list[int],
) -> None:
    """What one reader records of these lesions, scan by scan."""
    patient, reader = who
    by_role = {role: [n for n in lesions if n.role == role] for role in ("target", "non-target", "new")}
    story = first_sizes(chance, by_role["target"])
    seen: dict[tuple[str, int], Seen | None] = {}
    for day in baseline:
        seen |= targets_at_baseline(chance, by_role["target"], story, mood, day, len(baseline))
    for scan, day in enumerate(follow_up, 1):
        if chance.random() > 0.03:  # else the scan was missed
            seen |= targets_at_scan(chance, by_role["target"], story, mood, day)
            seen |= {(n.name, day): non_target(chance, n, mood, scan) for n in by_role["non-target"]}
    for lesion in by_role["non-target"]:
        seen |= {(lesion.name, day): Seen(None, "present") for day in baseline if chance.random() < 0.9}
    for lesion in by_role["new"]:
        seen |= new_lesion(chance, lesion.name, baseline, follow_up)
    said = [(patient, n, day, reader, *what) for (n, day), what in seen.items() if what]
    rows.measurements += unnamed_in_part(chance, said)


def unnamed_in_part(chance: Random, said: list[tuple]) -> list[tuple]:
    """The measurements, in one of ten patients some of them without the reader, or twice, once without."""
    if chance.random() > 0.1:
        return said
    rows = []
    for patient, name, day, reader, *what in said:
        named, unnamed = (patient, name, day, reader, *what), (patient, name, day, None, 30.0, None)
        rows += chance.choice([[named], [(*unnamed[:4], *what)], [named, unnamed] if reader else [named]])
    return rows


# --- Targets -------------------------------------------------------------------------------------


def first_sizes(chance: Random, targets: list[Lesion]) -> Story:
    """Sizes that make sums whose 30 % and 20 % are whole hundredths."""
    sizes = [chance.choice([10, 12, 15, 20, 20, 25, 25, 30, 40, 50]) * MM for _ in targets]
    total = sum(sizes)
    return Story([n.node for n in targets], sizes, total, total, total)


def targets_at_baseline(
    chance: Random, targets: list[Lesion], story: Story, mood: Mood, day: int, scans: int
) -> dict[tuple[str, int], Seen | None]:
    """Baseline sizes; of two scans each shows only some of the lesions; a few were never there."""
    seen = {}
    for target, mm in zip(targets, story.sizes, strict=True):
        if scans == 1 or chance.random() < 0.7:
            seen[target.name, day] = written(chance, mm if chance.random() > 0.02 else 0, mood)
        if chance.random() < mood.missing / 4:
            seen[target.name, day] = unmeasured(chance, mm)
    return seen


def targets_at_scan(
    chance: Random, targets: list[Lesion], story: Story, mood: Mood, day: int
) -> dict[tuple[str, int], Seen | None]:
    if not targets:
        return {}
    story.sizes = next_sizes(chance, story, mood)
    total = sum(story.sizes)
    nothing = chance.random() < mood.missing / 4
    missing = [nothing or chance.random() < mood.missing for _ in targets]
    if 5 * (total - story.nadir) >= story.nadir:
        story.peak = total if story.peak <= story.nadir or chance.random() < 0.3 else story.peak
    if not any(missing):
        story.nadir = min(story.nadir, total)
    return {
        (target.name, day): unmeasured(chance, mm) if gone else written(chance, mm, mood)
        for target, mm, gone in zip(targets, story.sizes, missing, strict=True)
    }


def next_sizes(chance: Random, story: Story, mood: Mood) -> list[int]:
    wish = chance.choice(mood.wishes)
    if wish == "gone":
        return [chance.choice([0, 500, 999, 999, 1000]) if node else 0 for node in story.nodes]
    if wish in ("back", "little"):
        return one_changed(chance, story, wish)
    near = chance.choice(NEAR)
    total = {
        "response": 7 * story.baseline // 10 + near,
        "rise by 20 %": -(-6 * story.nadir // 5) + near,
        "rise by 5 mm": story.nadir + 5 * MM + near,
        "above peak": story.peak + chance.choice([3 * MM, 5 * MM]) + near,
        "same": sum(story.sizes),
        "fall": sum(story.sizes) * 9 // 10,
        "any": chance.randrange(2 * story.baseline + 1),
    }[wish]
    return shared_out(chance, max(total, 0), story.sizes)


def one_changed(chance: Random, story: Story, wish: str) -> list[int]:
    """One lesion comes back or grows a little: at the limit of a node, of 5 mm, or well over both."""
    sizes, one = list(story.sizes), chance.randrange(len(story.sizes))
    if wish == "little":
        sizes[one] += chance.choice([1, 100, 499, 500])
    elif story.nodes[one]:
        sizes[one] = chance.choice([999, 1000, 1001, 1500])
    else:
        sizes[one] = chance.choice([1, 100, 499, 500, 501, 600])
    return sizes


def shared_out(chance: Random, total: int, sizes: list[int]) -> list[int]:
    """This total over as many lesions, roughly as before, exact in sum."""
    before = sum(sizes)
    if before == 0 or chance.random() < 0.1:
        sizes = [chance.randrange(1, 10) for _ in sizes]
        before = sum(sizes)
    parts = [total * mm // before for mm in sizes]
    parts[chance.randrange(len(parts))] += total - sum(parts)
    return parts


def written(chance: Random, mm: int, mood: Mood) -> Seen:
    """A size as somebody records it: a number, a word that means the same, or both."""
    number = mm / MM
    if chance.random() < mood.odd:
        return Seen(
            number, chance.choice(["absent", "merged", "too small to measure", "increased", "present"])
        )
    if mm == 0:
        return chance.choice(
            [Seen(0.0, None), Seen(0.0, "absent"), Seen(None, "absent"), Seen(None, "merged")]
        )
    if mm == 500 and chance.random() < 0.5:
        return Seen(None, "too small to measure")
    return Seen(number, chance.choice([None, None, "measured"]))


def unmeasured(chance: Random, mm: int) -> Seen | None:
    """A size that is not known: no row, or one that does not give it."""
    return chance.choice(
        [
            None,
            None,
            Seen(None, "not evaluable"),
            Seen(mm / MM, "not evaluable"),
            Seen(None, "present"),
            Seen(None, None),
        ]
    )


# --- Non-target and new lesions ------------------------------------------------------------------

PERSISTING = [*["present"] * 10, "increased", "too small to measure", "measured"]


def non_target(chance: Random, lesion: Lesion, mood: Mood, scan: int) -> Seen | None:
    draw = chance.random()
    if draw < mood.missing:
        return chance.choice(
            [None, Seen(None, "not evaluable"), Seen(12.0, "not evaluable"), Seen(None, None)]
        )
    if draw > 0.96:
        return Seen(chance.choice([None, 14.0]), "unequivocal progression")
    if draw > 0.93:
        return Seen(chance.choice([None, 14.0]), "increased")
    if lesion.node and draw > 0.5:
        return Seen(chance.choice([0.0, 5.0, 9.99, 9.99, 10.0, 10.01]), chance.choice([None, None, "absent"]))
    if scan >= mood.clearing and draw < 0.85:
        return chance.choice([Seen(None, "absent"), Seen(0.0, None), Seen(None, "merged")])
    return Seen(None, chance.choice(PERSISTING))


def new_lesion(
    chance: Random, name: str, baseline: list[int], follow_up: list[int]
) -> dict[tuple[str, int], Seen | None]:
    """Appears at some scan, for certain or not; then grows, stays, goes, or is not looked at."""
    first = chance.randrange(9)
    mm = chance.choice([0, 500, 800, 1200])  # 0: not measured
    seen: dict[tuple[str, int], Seen | None] = {}
    if chance.random() < 0.05:
        seen |= {(name, day): new_lesion_first(chance, mm) for day in baseline}
    for scan, day in enumerate(follow_up):
        if scan < first:
            seen[name, day] = Seen(None, "absent") if chance.random() < 0.1 else None
        elif scan == first:
            seen[name, day] = new_lesion_first(chance, mm)
        else:
            seen[name, day] = new_lesion_later(chance, mm)
    return seen


def new_lesion_first(chance: Random, mm: int) -> Seen:
    if chance.random() < 0.3:
        return Seen(mm / MM if mm else None, "equivocal")
    if mm:
        return Seen(mm / MM, chance.choice([None, "measured", "unequivocal"]))
    return Seen(None, chance.choice(["present", "unequivocal", None]))


def new_lesion_later(chance: Random, mm: int) -> Seen | None:
    draw = chance.random()
    if draw < 0.12:
        return chance.choice([None, None, Seen(None, "not evaluable"), Seen(mm / MM, "not evaluable")])
    if draw < 0.25:
        return chance.choice([Seen(None, "absent"), Seen(0.0, None), Seen(0.0, "measured")])
    if draw < 0.32:
        return Seen(mm / MM if mm else None, "equivocal")
    if mm and draw < 0.9:
        grown = (mm + chance.choice([0, 0, 100, 499, 500, 501, -300])) / MM
        return Seen(grown, "increased" if draw < 0.38 else None)
    return Seen(
        None, chance.choice(["present", "present", "unequivocal", "increased", "unequivocal progression"])
    )
