"""RECIST 1.1 and iRECIST once more, slowly: one patient at a time, in plain Python.

It exists to disagree with the fast engine in `headway.derive.response`, so it shares nothing with
it. Read it next to docs/reference/response.md; rule numbers are those of the domain reference.
Sizes and sums are whole hundredths of a millimetre, so every threshold is exact. Rows of tables
are dicts (`frame.to_dicts()`), already of one patient. "NN" is NON-CR/NON-PD inside.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

Row = dict[str, Any]
Scans = dict[int, dict[str, Row]]  # what one reader recorded: day -> lesion_id -> measurement

NOT_STATED = "not stated"
MM = 100
SIZE_IN_WORDS = {"absent": 0, "merged": 0, "too small to measure": 5 * MM}  # R1.10, R1.11
EARLIEST_CONFIRMATION_OF_PROGRESSION = 28 - 2  # R2.2
BEST_FIRST = ["CR", "PR", "SD", "NN", "PD", "NE"]  # R1.30

SHOWN = {"NN": "NON-CR/NON-PD"}
IMMUNE = {"CR": "iCR", "PR": "iPR", "SD": "iSD", "NN": "NON-iCR/NON-iUPD", "UPD": "iUPD", "CPD": "iCPD"}


@dataclass(frozen=True)
class Settings:
    """What a study may choose."""

    confirm_days: int = 28
    stable_days: int = 42
    from_start_day: bool = False  # whether a response on the start day itself counts
    max_not_evaluable: int = 1
    accept_stable: bool = False
    after_cr: str = "progression"  # or "as reported"
    pr_persistence: str = "literal"  # or "eortc"
    reappearance: str = "progression"  # or "by size"


DEFAULT = Settings()


class TimePoint(NamedTuple):
    """What one reader concludes from one scan."""

    day: int
    evaluator: str
    targets: int
    targets_measured: int
    baseline_day: int | None
    baseline_sum: int | None
    sum: int | None  # complete, else None
    measured_sum: int | None
    nadir: int | None
    nadir_day: int | None
    target_response: str | None
    non_target_response: str | None
    new_lesions: int
    new_lesions_appeared: int
    after_cr: bool
    response: str
    needs_review: bool


class ImmuneTimePoint(NamedTuple):
    """The same by iRECIST."""

    day: int
    evaluator: str
    immune_response: str | None
    pending_since_day: int | None
    reset: bool


class BestResponse(NamedTuple):
    """Best overall response of one reader, without and with confirmation."""

    unconfirmed: str
    unconfirmed_day: int | None
    confirmed: str
    confirmed_day: int | None
    confirmed_by_day: int | None
    response_day: int | None
    confirmed_response_day: int | None
    progression_day: int | None
    last_assessed_day: int | None


class BestImmuneResponse(NamedTuple):
    """iBOR, and the day of the iPFS event that scans or death give."""

    best: str
    best_day: int | None
    response_day: int | None
    unconfirmed_day: int | None
    confirmed_day: int | None
    event_day: int | None
    event: str | None
    last_assessed_day: int | None


# --- What one reader saw -------------------------------------------------------------------------


@dataclass(frozen=True)
class Chart:
    """The disease of one patient as one reader follows it."""

    reader: str
    scans: Scans
    nodes: set[str]  # lesions measured by their short axis
    baseline: dict[str, int]  # the targets in use and their baseline sizes
    non_targets: list[str]
    counts_from: dict[str, int]  # new lesions and the day from which each counts
    baseline_day: int | None
    days: list[int]  # the time points

    def size(self, lesion: str, day: int) -> int | None:
        return size(self.scans.get(day, {}).get(lesion))

    def status(self, lesion: str, day: int) -> str | None:
        return self.scans.get(day, {}).get(lesion, {}).get("status")

    # No setting changes these two, so a chart that is read by many settings counts them once.

    @cached_property
    def measured(self) -> dict[int, dict[str, int]]:
        """Of each time point the targets that were measured, and their sizes."""
        return {day: measured_targets(self, day) for day in self.days}

    @cached_property
    def sums(self) -> dict[int, int | None]:
        """Of each time point the sum of the targets, if all were measured."""
        full = len(self.baseline)
        return {
            day: sum(sizes.values()) if full and len(sizes) == full else None
            for day, sizes in self.measured.items()
        }


def size(measurement: Row | None) -> int | None:
    """Hundredths of a millimetre; None: missing."""
    if measurement is None or measurement["status"] == "not evaluable":
        return None
    if measurement["diameter_mm"] is not None:
        return round(measurement["diameter_mm"] * MM)
    return SIZE_IN_WORDS.get(measurement["status"])


def of_their_readers(lesions: list[Row], measurements: list[Row]) -> list[Row]:
    """The measurements; an unnamed one of a lesion that names its one reader is that reader's."""
    named = [row for row in measurements if row["evaluator"] is not None]
    taken = {(row["lesion_id"], row["day"], row["evaluator"]) for row in named}
    rows = list(named)
    for row in measurements:
        if row["evaluator"] is None:
            owners = {lesion["evaluator"] for lesion in lesions if lesion["lesion_id"] == row["lesion_id"]}
            owner = owners.pop() if len(owners) == 1 else None
            if (row["lesion_id"], row["day"], owner) not in taken:  # else the reader says it himself
                rows.append(row | {"evaluator": owner})
    return rows


def readers(measurements: list[Row], assessments: list[Row]) -> list[str | None]:
    """Who judges this patient; None is the reader nobody named."""
    done = [row for row in assessments if row["done"] is not False]
    named = {row["evaluator"] for row in [*measurements, *done]} - {None}
    # An unnamed assessment belongs to every named reader; it makes a reader only if there is none.
    unnamed = any(row["evaluator"] is None for row in measurements) or (done and not named)
    return sorted(named) + ([None] if unnamed else [])


def charts(
    lesions: list[Row], measurements: list[Row], assessments: list[Row], start_day: int | None
) -> list[Chart]:
    """One chart for each reader of the patient."""
    measured = of_their_readers(lesions, measurements)
    return [
        chart_of(reader, lesions, measured, assessments, start_day)
        for reader in readers(measured, assessments)
    ]


def chart_of(
    reader: str | None,
    lesions: list[Row],
    measurements: list[Row],
    assessments: list[Row],
    start_day: int | None,
) -> Chart:
    scans: Scans = {}
    for row in measurements:
        if row["evaluator"] == reader:
            scans.setdefault(row["day"], {})[row["lesion_id"]] = row
    possible = possible_lesions(reader, lesions)
    targets = [lesion for lesion, row in possible.items() if row["role"] == "target"]
    baselines = target_baselines(targets, scans, start_day)
    first_day = baseline_day(baselines, scans, start_day)
    end = end_of_baseline(first_day, start_day)
    others = {row["day"] for row in measurements if row["evaluator"] != reader}
    followed = followed_lesions(possible, scans, end, others)
    days = timepoint_days(reader, scans, assessments, end)
    return Chart(
        reader=reader or NOT_STATED,
        scans=scans,
        nodes={lesion for lesion, row in followed.items() if row["lymph_node"]},
        baseline={lesion: found[1] for lesion, found in baselines.items()},
        non_targets=[lesion for lesion, row in followed.items() if row["role"] == "non-target"],
        counts_from=new_lesions(not_seen_by(end, followed, scans), scans, days),
        baseline_day=first_day,
        days=days,
    )


def possible_lesions(reader: str | None, lesions: list[Row]) -> dict[str, Row]:
    """The reader's own lesions, and those of nobody in particular."""
    shared = {row["lesion_id"]: row for row in lesions if row["evaluator"] is None}
    own = {r["lesion_id"]: r for r in lesions if r["evaluator"] is not None and r["evaluator"] == reader}
    return shared | own


def followed_lesions(
    possible: dict[str, Row], scans: Scans, end: int | None, days_of_others: set[int]
) -> dict[str, Row]:
    """Of the lesions of nobody, those with a row at baseline; all, if nobody else had measured by then.

    Only what was known at baseline decides, so that no later scan changes what was said before.
    """
    if end is None or not any(day <= end for day in days_of_others):
        return possible
    at_baseline = {lesion for day, scan in scans.items() if day <= end for lesion in scan}
    return {
        lesion: row
        for lesion, row in possible.items()
        if row["evaluator"] is not None or row["role"] == "new" or lesion in at_baseline
    }


def target_baselines(targets: list[str], scans: Scans, start_day: int | None) -> dict[str, tuple[int, int]]:
    """Baseline (day, size) of each target in use; a target that is 0 or unmeasured then is set aside."""
    days = [d for d in sorted(scans) if any(size(scans[d].get(lesion)) is not None for lesion in targets)]
    if not days:
        return {}
    until = start_day if start_day is not None and days[0] <= start_day else days[0]
    found = {lesion: last_size(lesion, scans, until) for lesion in targets}
    return {lesion: (day, mm) for lesion, (day, mm) in found.items() if mm}


def last_size(lesion: str, scans: Scans, until: int) -> tuple[int, int]:
    """Day and size of the last scan until then that gives one; size 0 if there is none."""
    sizes = [(day, size(scan.get(lesion))) for day, scan in scans.items() if day <= until]
    return max(((day, mm) for day, mm in sizes if mm is not None), default=(until, 0))


def baseline_day(baselines: dict[str, tuple[int, int]], scans: Scans, start_day: int | None) -> int | None:
    if baselines:
        return max(day for day, _ in baselines.values())
    if start_day is not None and any(day <= start_day for day in scans):
        return max(day for day in scans if day <= start_day)
    return min(scans, default=start_day)


def end_of_baseline(baseline: int | None, start_day: int | None) -> int | None:
    """No scan on or before the start day is a time point."""
    return baseline if baseline is None or start_day is None else max(baseline, start_day)


def timepoint_days(reader: str | None, scans: Scans, assessments: list[Row], end: int | None) -> list[int]:
    assessed = {
        row["day"]
        for row in assessments
        # R1.14: a missed scan is no time point.
        if row["evaluator"] in (reader, None) and row["done"] is not False
    }
    # Without any baseline no day is known to lie after it.
    return sorted(day for day in assessed | set(scans) if end is not None and day > end)


def not_seen_by(baseline_end: int, followed: dict[str, Row], scans: Scans) -> list[str]:
    """R1.20: what a scan showed up to baseline is not new after it, whatever it was in an earlier line."""
    return [
        name
        for name, row in followed.items()
        if row["role"] == "new"
        and not any(is_seen(scan.get(name)) for day, scan in scans.items() if day <= baseline_end)
    ]


def new_lesions(lesions: list[str], scans: Scans, days: list[int]) -> dict[str, int]:
    """R1.20, R1.21: an equivocal one that is later certain counts from the first scan that showed it."""
    counts_from = {}
    for lesion in lesions:
        seen = [day for day in days if is_seen(scans.get(day, {}).get(lesion))]
        if any(scans[day][lesion]["status"] != "equivocal" for day in seen):
            counts_from[lesion] = seen[0]
    return counts_from


def is_seen(measurement: Row | None) -> bool:
    return (
        measurement is not None
        and measurement["status"] not in ("absent", "not evaluable")
        and size(measurement) != 0
    )


# --- One time point ------------------------------------------------------------------------------


def measured_targets(chart: Chart, day: int) -> dict[str, int]:
    """The sizes of the targets that were measured that day."""
    sizes = {lesion: chart.size(lesion, day) for lesion in chart.baseline}
    return {lesion: mm for lesion, mm in sizes.items() if mm is not None}


def nadir(chart: Chart, day: int) -> tuple[int, int | None]:
    """R1.9, R1.13: the smallest of the baseline sum and every complete sum strictly before; its first day."""
    known = [(mm, earlier) for earlier, mm in chart.sums.items() if earlier < day and mm is not None]
    return min([(sum(chart.baseline.values()), chart.baseline_day), *known])


def has_grown(mm: int, lowest: int) -> bool:
    """R1.3 PD: 20 % and 5 mm above the nadir, both inclusive."""
    return 5 * (mm - lowest) >= lowest and mm - lowest >= 5 * MM


def target_response(chart: Chart, day: int, after_cr: bool) -> tuple[str | None, bool]:
    """Response of the targets, and whether only nodes came back after CR (R1.17: look again)."""
    if not chart.baseline:
        return None, False
    sizes = chart.measured[day]
    complete = len(sizes) == len(chart.baseline)
    measured, first, lowest = sum(sizes.values()), sum(chart.baseline.values()), nadir(chart, day)[0]
    masses = [lesion for lesion, mm in sizes.items() if mm > 0 and lesion not in chart.nodes]
    nodes = [lesion for lesion, mm in sizes.items() if mm >= 10 * MM and lesion in chart.nodes]
    if complete and not masses and not nodes:
        return "CR", False  # wins over a numeric PD of nodes that are all under 10 mm
    if after_cr and (masses or nodes):
        return "PD", not masses  # R1.16, R1.17
    if has_grown(measured, lowest):
        return "PD", False  # R1.12: true of those seen, hence of all
    if not complete:
        return "NE", False
    return ("PR" if 10 * (first - measured) >= 3 * first else "SD"), False


def non_target_response(chart: Chart, day: int, after_cr: bool) -> str | None:
    states = {non_target_state(chart, lesion, day, after_cr) for lesion in chart.non_targets}
    if not states:
        return None
    return next(r for r in ("PD", "NE", "NN", "CR") if r in states)


def non_target_state(chart: Chart, lesion: str, day: int, after_cr: bool) -> str:
    """CR: gone. NN: still there. PD: unequivocally worse, or back after CR. NE: not assessed."""
    node, status, mm = lesion in chart.nodes, chart.status(lesion, day), chart.size(lesion, day)
    if status == "not evaluable" or (status is None and mm is None):
        return "NE"  # no row, or one that says nothing
    if status == "unequivocal progression":
        return "PD"
    if status == "absent" or mm == 0 or (node and mm is not None and mm < 10 * MM):
        return "CR"
    return "PD" if after_cr and not node else "NN"  # R1.16; a node must progress unequivocally (R1.17)


def overall(target: str | None, non_target: str | None, new: bool) -> str:
    """Tables T1 to T9 and U1 to U5."""
    if new or "PD" in (target, non_target):
        return "PD"  # T7 to T9, U4, U5
    if target is None:
        return non_target or "NE"  # U1 to U3
    if target == "CR":
        return "CR" if non_target in (None, "CR") else "PR"  # T1 to T3
    return target  # T4 to T6


def last_evaluable(responses: Iterable[str]) -> str | None:
    return next((r for r in reversed(list(responses)) if r != "NE"), None)


def persisting(responses: list[str], settings: Settings) -> list[str]:
    """R1.15: by the EORTC reading SD after PR is still PR, until progression or CR."""
    if settings.pr_persistence == "literal":
        return responses
    shown, partial = [], False
    for response in responses:
        partial = response == "PR" or (partial and response in ("SD", "NE"))
        shown.append("PR" if partial and response == "SD" else response)
    return shown


# --- RECIST 1.1 ----------------------------------------------------------------------------------


def timepoints(
    lesions: list[Row],
    measurements: list[Row],
    assessments: list[Row],
    start_day: int | None,
    settings: Settings = DEFAULT,
) -> list[TimePoint]:
    """Every time point of one patient, reader by reader."""
    return recist_of(charts(lesions, measurements, assessments, start_day), settings)


def recist_of(read: list[Chart], settings: Settings) -> list[TimePoint]:
    return [row for chart in read for row in recist(chart, settings)]


def recist(chart: Chart, settings: Settings) -> list[TimePoint]:
    rows: list[TimePoint] = []
    for day in chart.days:
        after_cr = last_evaluable(row.response for row in rows) == "CR"
        rows.append(recist_timepoint(chart, day, after_cr, settings))
    shown = persisting([row.response for row in rows], settings)
    return [
        row._replace(
            response=SHOWN.get(response, response),
            non_target_response=SHOWN.get(row.non_target_response, row.non_target_response),
        )
        for row, response in zip(rows, shown, strict=True)
    ]


def recist_timepoint(chart: Chart, day: int, after_cr: bool, settings: Settings) -> TimePoint:
    back_is_progression = after_cr and settings.reappearance == "progression"
    target, needs_review = target_response(chart, day, back_is_progression)
    non_target = non_target_response(chart, day, back_is_progression)
    new = sum(since <= day for since in chart.counts_from.values())
    sizes, has_targets = chart.measured[day], bool(chart.baseline)
    lowest, lowest_day = nadir(chart, day) if has_targets else (None, None)
    return TimePoint(
        day=day,
        evaluator=chart.reader,
        targets=len(chart.baseline),
        targets_measured=len(sizes),
        baseline_day=chart.baseline_day,
        baseline_sum=sum(chart.baseline.values()) if has_targets else None,
        sum=chart.sums[day],
        measured_sum=sum(sizes.values()) if sizes else None,
        nadir=lowest,
        nadir_day=lowest_day,
        target_response=target,
        non_target_response=non_target,
        new_lesions=new,
        new_lesions_appeared=list(chart.counts_from.values()).count(day),
        after_cr=after_cr,
        response=overall(target, non_target, new > 0),
        needs_review=needs_review,
    )


# --- Best overall response -----------------------------------------------------------------------

Responses = list[tuple[int, str]]  # (day, response) of one reader, by day


def best_response(
    responses: Responses, start_day: int | None, new_therapy_day: int | None, settings: Settings = DEFAULT
) -> BestResponse:
    inside = in_window(responses, start_day, new_therapy_day, settings)
    pairs = confirmed_pairs(inside, settings)
    best, day = best_of(inside, start_day, settings, inside)
    sure, sure_day = best_of([pair[0] for pair in pairs], start_day, settings, inside)
    return BestResponse(
        unconfirmed=SHOWN.get(best, best),
        unconfirmed_day=day,
        confirmed=SHOWN.get(sure, sure),
        confirmed_day=sure_day,
        confirmed_by_day=next((by for pair, by in pairs if pair == (sure_day, sure)), None),
        response_day=next((d for d, r in inside if r in ("CR", "PR")), None),
        confirmed_response_day=min((pair[0] for pair, _ in pairs), default=None),
        progression_day=next((d for d, r in inside if r == "PD"), None),
        last_assessed_day=max((d for d, r in inside if r != "NE"), default=None),
    )


def in_window(
    responses: Responses, start_day: int | None, new_therapy_day: int | None, settings: Settings
) -> Responses:
    """R1.30: after start, before new therapy, up to and with the first PD."""
    inside: Responses = []
    for day, shown in sorted(responses):
        response = "NN" if shown == SHOWN["NN"] else shown
        if start_day is not None and day < start_day + (not settings.from_start_day):
            continue
        if new_therapy_day is not None and day >= new_therapy_day:
            break
        # Note † of the pair table: a true CR followed by any disease is PD at that scan.
        diseased = response in ("PR", "SD", "NN") and last_evaluable(r for _, r in inside) == "CR"
        inside.append((day, "PD" if diseased and settings.after_cr == "progression" else response))
        if inside[-1][1] == "PD":
            break
    return inside


def best_of(
    remissions: Responses, start_day: int | None, settings: Settings, inside: Responses
) -> tuple[str, int | None]:
    """The first that applies of CR and PR (among `remissions`), SD, NN, PD, NE, and its first day."""

    def first(wanted: set[str], among: Responses, earliest: int | None = None) -> int | None:
        return next((d for d, r in among if r in wanted and (earliest is None or d >= earliest)), None)

    # R1.31; without a start nobody can say how long stable disease lasted.
    lasting = [] if start_day is None else inside
    lasted = None if start_day is None else start_day + settings.stable_days
    candidates = {
        "CR": first({"CR"}, remissions),
        "PR": first({"PR"}, remissions),
        "SD": first({"CR", "PR", "SD"}, lasting, lasted),
        "NN": first({"NN"}, lasting, lasted),
        "PD": first({"PD"}, inside),
    }
    found = next(((r, day) for r, day in candidates.items() if day is not None), None)
    return found or ("NE", min((day for day, _ in inside), default=None))


def confirmed_pairs(inside: Responses, settings: Settings) -> list[tuple[tuple[int, str], int]]:
    """Every CR and PR that a later scan confirms, with the day of that scan (R1.33, R1.34)."""
    pairs = []
    for position, (day, response) in enumerate(inside):
        if response in ("CR", "PR"):
            by = confirming_day(day, response, inside[position + 1 :], settings)
            if by is not None:
                pairs.append(((day, response), by))
    return pairs


def confirming_day(day: int, response: str, later: Responses, settings: Settings) -> int | None:
    confirming = {"CR"} if response == "CR" else {"CR", "PR"}
    between: list[str] = []
    for later_day, found in later:
        if found in confirming and later_day >= day + settings.confirm_days:
            return later_day if may_lie_between(response, between, found, settings) else None
        between.append(found)
    return None


def may_lie_between(response: str, between: list[str], found: str, settings: Settings) -> bool:
    stable = 1 if settings.accept_stable else 0
    path = [r for r in [*between, found] if r in ("CR", "PR")]
    return (
        set(between) <= ({"CR", "NE"} if response == "CR" else {"CR", "PR", "NE", "SD"})
        and between.count("NE") <= settings.max_not_evaluable
        and between.count("SD") <= stable
        and path == sorted(path, reverse=True)  # every PR comes before every CR
    )


# --- iRECIST -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unconfirmed:
    """The first iUPD of a run: what any later scan is compared with."""

    day: int
    reasons: set[str]
    target_sum: int | None  # None unless complete
    new_sum: int  # 0: none was measured
    response: str  # by the tables, new lesions and the "after CR" rule left out


def immune(
    lesions: list[Row],
    measurements: list[Row],
    assessments: list[Row],
    start_day: int | None,
    settings: Settings = DEFAULT,
) -> list[ImmuneTimePoint]:
    """Every time point of one patient by iRECIST, reader by reader."""
    return irecist_of(charts(lesions, measurements, assessments, start_day), settings)


def irecist_of(read: list[Chart], settings: Settings) -> list[ImmuneTimePoint]:
    return [row for chart in read for row in irecist(chart, settings)]


def irecist(chart: Chart, settings: Settings) -> list[ImmuneTimePoint]:
    responses: list[str] = []
    notes: list[tuple[int | None, bool]] = []
    pending: Unconfirmed | None = None
    for day in chart.days:
        if "CPD" in responses:
            break
        before = pending
        after_cr = last_evaluable(responses) == "CR" and settings.reappearance == "progression"
        response, pending = immune_timepoint(chart, day, before, after_cr)
        responses.append(response)
        notes.append((pending.day if pending else None, before is not None and pending is None))
    labels = [IMMUNE.get(response, response) for response in persisting(responses, settings)]
    judged = zip(chart.days, labels, notes, strict=False)
    rows = [ImmuneTimePoint(day, chart.reader, label, *note) for day, label, note in judged]
    unjudged = chart.days[len(rows) :]  # after iCPD: listed, not judged
    return rows + [ImmuneTimePoint(day, chart.reader, None, None, False) for day in unjudged]


def immune_timepoint(
    chart: Chart, day: int, pending: Unconfirmed | None, after_cr: bool
) -> tuple[str, Unconfirmed | None]:
    """The response, and the iUPD that is pending (or has just been confirmed) after this time point."""
    target, _ = target_response(chart, day, after_cr)
    non_target = non_target_response(chart, day, after_cr)
    reasons = {
        "target": target == "PD",
        "non-target": non_target == "PD",
        "new": day in chart.counts_from.values(),  # newly appeared: a lesion that persists is no news
    }
    worse = {reason for reason, applies in reasons.items() if applies}
    response = overall(target, non_target, False)
    # R2.5: persisting new lesions do not block iSD and iPR; but tumour in sight is no complete response.
    shown = "PR" if response == "CR" and new_lesion_seen(chart, day) else response
    if pending is None:
        return ("UPD", unconfirmed(chart, day, worse)) if worse else (shown, None)  # R2.1
    if is_confirmed(chart, day, pending, worse):
        return "CPD", pending
    if worse or new_lesions_hold(chart, day, pending, response):
        return "UPD", pending  # R2.4
    return (shown, pending if response == "NE" else None)  # R2.9; else R2.5, the reset


def unconfirmed(chart: Chart, day: int, reasons: set[str]) -> Unconfirmed:
    plain = overall(target_response(chart, day, False)[0], non_target_response(chart, day, False), False)
    return Unconfirmed(day, reasons, chart.sums[day], new_lesion_sum(chart, day), plain)


def is_confirmed(chart: Chart, day: int, pending: Unconfirmed, worse: set[str]) -> bool:
    """R2.2, R2.3; increases add up, for the comparison is with the first iUPD of the run."""
    if "new" in worse:
        return True  # an additional new lesion confirms at any time
    if day - pending.day < EARLIEST_CONFIRMATION_OF_PROGRESSION:
        return False
    return (
        bool(worse - pending.reasons)  # (d) another category
        or ("target" in pending.reasons and target_sum_rose(chart, day, pending))  # (a)
        or ("non-target" in pending.reasons and any_increased(chart, day, chart.non_targets))  # (b)
        or ("new" in pending.reasons and new_lesions_grew(chart, day, pending))  # (c)
    )


def target_sum_rose(chart: Chart, day: int, pending: Unconfirmed) -> bool:
    # As in R1.12: what was seen suffices now, but then the sum must have been complete (R1.13). Nodes
    # that are all under 10 mm again are CR whatever their sum, and CR confirms no progression.
    if pending.target_sum is None or target_response(chart, day, False)[0] == "CR":
        return False
    return sum(chart.measured[day].values()) - pending.target_sum >= 5 * MM


def any_increased(chart: Chart, day: int, lesions: Iterable[str]) -> bool:
    return any(chart.status(lesion, day) in ("increased", "unequivocal progression") for lesion in lesions)


def counting_new_lesions(chart: Chart, day: int) -> list[str]:
    return [lesion for lesion, since in chart.counts_from.items() if since <= day]


def new_lesion_sum(chart: Chart, day: int) -> int:
    """R2.6: kept apart from the sum of the targets."""
    return sum(chart.size(lesion, day) or 0 for lesion in counting_new_lesions(chart, day))


def new_lesions_grew(chart: Chart, day: int, pending: Unconfirmed) -> bool:
    unmeasured = [n for n in counting_new_lesions(chart, day) if chart.size(n, day) is None]
    grown = pending.new_sum > 0 and new_lesion_sum(chart, day) - pending.new_sum >= 5 * MM
    return grown or any_increased(chart, day, unmeasured)


def new_lesions_hold(chart: Chart, day: int, pending: Unconfirmed, response: str) -> bool:
    """Whether the new lesions that made this iUPD keep it: still seen, and the rest is no better than then.

    Vector I5 and EORTC FAQ: targets that meet iPR after the new lesion came are iPR (scenario B); targets
    that were iPR already, and no change, are still iUPD (scenario F).
    """
    if "new" not in pending.reasons or not new_lesion_seen(chart, day):
        return False
    return pending.response == "NE" or BEST_FIRST.index(response) >= BEST_FIRST.index(pending.response)


def new_lesion_seen(chart: Chart, day: int) -> bool:
    return any(is_seen(chart.scans.get(day, {}).get(lesion)) for lesion in counting_new_lesions(chart, day))


def best_immune(rows: list[ImmuneTimePoint], death_day: int | None = None) -> BestImmuneResponse:
    """R2.7, R2.8, for the rows of one reader."""
    judged = [row for row in rows if row.immune_response is not None]

    def first(*wanted: str) -> int | None:
        return next((row.day for row in judged if row.immune_response in wanted), None)

    order = ("iCR", "iPR", "iSD", "NON-iCR/NON-iUPD", "iCPD", "iUPD")
    best = next((response for response in order if first(response) is not None), "NE")
    event, event_day = immune_event(judged, death_day)
    return BestImmuneResponse(
        best=best,
        best_day=first(best),
        response_day=first("iCR", "iPR"),
        unconfirmed_day=first("iUPD"),
        confirmed_day=first("iCPD"),
        event_day=event_day,
        event=event,
        last_assessed_day=max((row.day for row in judged if row.immune_response != "NE"), default=None),
    )


def immune_event(judged: list[ImmuneTimePoint], death_day: int | None) -> tuple[str | None, int | None]:
    """First iUPD of the run that ends in iCPD, or that no evaluable scan follows; else death."""
    evaluable = [row for row in judged if row.immune_response != "NE"]
    last = evaluable[-1] if evaluable else None
    if last and last.immune_response == "iCPD":
        return "iCPD", last.pending_since_day
    if last and last.immune_response == "iUPD":
        return "iUPD without a later scan", last.pending_since_day
    return (None, None) if death_day is None else ("death", death_day)
