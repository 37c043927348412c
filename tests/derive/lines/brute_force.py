"""Lines of therapy read patient by patient in plain Python, from domain.md section 4.

Written from the rules, not from the fast code; it shares only the drug table. One patient is a list of
dictionaries as the record has them; days are whole numbers.
"""

from dataclasses import dataclass, field

from headway.derive.lines.settings import LineRules
from headway.knowledge.drugs import drugs as drug_table
from headway.knowledge.regimens import cycle_days

CURATIVE = {"curative", "induction", "concurrent", "adjuvant"}
KNOWN = {row["drug"]: (row["drug_class"], row["kind"]) for row in drug_table().iter_rows(named=True)}


@dataclass
class Line:
    """A line in the making."""

    setting: str
    started_as: str
    start: int
    rows: list[dict] = field(default_factory=list)
    carried: list[dict] = field(default_factory=list)
    pauses: list[tuple[int, int]] = field(default_factory=list)  # last day before, day resumed
    number_of_non_curative: int = 0

    @property
    def given(self) -> list[dict]:
        return self.rows + self.carried

    def last(self) -> int:
        return max([self.start, *(row["last"] for row in self.given)])

    def last_of(self, names: set[str]) -> int | None:
        days = [row["last"] for row in self.given if row["drug"] in names]
        return max(days) if days else None


def classed(drug: str) -> str:
    return KNOWN.get(drug, (drug, ""))[0]


def usable(row: dict, patient: dict, rules: LineRules) -> bool:
    """Whether the row can be in a line."""
    kind = KNOWN.get(row["drug"], ("", ""))[1]
    if kind in ("supportive", "radiosensitiser") or classed(row["drug"]) in rules.additive_ok:
        return False
    start, end, death = row["start_day"], row["end_day"], patient["death_day"]
    return start is not None and (end is None or end >= start) and (death is None or start <= death)


def setting_of(row: dict, patient: dict) -> str:
    """R4.1, from the surest word on."""
    metastatic = patient["recurrent_metastatic_day"]
    if row["intent"] == "palliative":
        return "palliative"
    if row["intent"] in CURATIVE:
        return "curative"
    if row["line"] is not None:
        return "palliative"
    if metastatic is not None:
        return "palliative" if row["start_day"] >= metastatic else "curative"
    return "not known"


def of_day(rows: list[dict]) -> str:
    settings = {row["setting"] for row in rows}
    return next(s for s in ("palliative", "curative", "not known") if s in settings)


def lines(drugs: list[dict], patient: dict, pds: list[int], rules: LineRules) -> list[dict]:
    """The lines of one patient: setting, start, end, drugs, first PD, holidays."""
    rows = [dict(row) for row in drugs if usable(row, patient, rules)]
    for row in rows:
        row["setting"] = setting_of(row, patient)
        end = row["start_day"] if row["end_day"] is None else row["end_day"]
        # One drug on one day is given once, however many rows say so: planned if one of them says so.
        same = [r for r in rows if (r["drug"], r["start_day"]) == (row["drug"], row["start_day"])]
        row["planned"] = any(r["intent"] == "maintenance" for r in same)
        row["last"] = end if patient["death_day"] is None else min(end, patient["death_day"])
    found: list[Line] = []
    for day in sorted({row["start_day"] for row in rows}):
        today = [row for row in rows if row["start_day"] == day]
        _one_day(found, day, today, of_day(today), patient, pds, rules)
    return [_summary(found, place, patient, pds, rules) for place in range(len(found))]


def _one_day(found, day, today, setting, patient, pds, rules) -> None:
    now = found[-1] if found else None
    if now is None or any(starts_line(now, row, day, setting, patient, pds, rules) for row in today):
        new = Line(setting, setting, day)
        new.number_of_non_curative = (now.number_of_non_curative if now else 0) + (setting != "curative")
        if now and (now.setting == "curative") == (setting == "curative"):
            new.carried = [row for row in now.given if row["last"] - day >= rules.overlap_days]
        found.append(new)
        now = new
    else:
        if day - now.last() > rules.holiday_days:
            now.pauses.append((now.last(), day))
        if now.setting == "not known":
            now.setting = setting
    now.rows += today


def starts_line(now, row, day, setting, patient, pds, rules) -> bool:
    """R4.3 to R4.9 for one row on one day."""
    if setting != "not known" and now.setting != "not known" and setting != now.setting:
        return True
    same = next((set(group) for group in rules.swaps if row["drug"] in group), {row["drug"]})
    own, swapped = now.last_of({row["drug"]}), now.last_of(same)
    progressed = rules.progression_divides and any(now.start < pd <= day for pd in pds)
    if "curative" in (setting, now.setting):
        recurrences = [*pds, *([] if (m := patient["recurrent_metastatic_day"]) is None else [m])]
        recurred = rules.progression_divides and any(now.start < r <= day for r in recurrences)
        is_again = own is None or day - swapped > rules.holiday_days
        return (recurred and is_again) or day - now.last() > rules.curative_gap_days
    if swapped is None:
        if progressed:
            return True
        if day - now.start <= rules.window_days:
            return False
        planned = rules.switch_by_intent and row["planned"]
        listed = row["drug"] in rules.switch_drugs and now.number_of_non_curative == 1
        return not ((planned or listed) and day - now.last() < rules.switch_gap_days)
    if progressed and own is None:
        return True
    resumed = day - swapped > rules.holiday_days
    if rules.progression_divides and resumed and any(swapped <= pd <= day for pd in pds):
        return True
    gap = day - now.last() if rules.gap_of == "line" else day - swapped
    divides = rules.gap_divides is None or classed(row["drug"]) in rules.gap_divides
    return gap > rules.gap_days and divides and row["drug"] not in rules.gap_exempt


def _summary(found: list[Line], place: int, patient: dict, pds: list[int], rules: LineRules) -> dict:
    line = found[place]
    following = found[place + 1].start if place + 1 < len(found) else None
    cut = [d for d in (None if following is None else following - 1, patient["death_day"]) if d is not None]
    cycle = {} if rules.cycle_days else cycle_days()
    covered = [
        min([row["last"], *cut]) + cycle.get(row["drug"], rules.cycle_days or 21) - 1 for row in line.given
    ]
    in_line = [pd for pd in pds if pd > line.start and (following is None or pd <= following)]
    quiet = [not any(last <= pd <= day for pd in pds) for last, day in line.pauses]
    return {
        "line": place + 1,
        "setting": _final_setting(found, place, pds, rules),
        "drugs": sorted({row["drug"] for row in line.given}),
        "start_day": line.start,
        "last_dose_day": min([line.last(), *cut]),
        "end_day": min([max(covered), *cut]),
        "progression_day": min(in_line, default=None),
        "holidays": len(line.pauses),
        "longest_holiday_days": max((day - last for last, day in line.pauses), default=None),
        "reintroduction": any(quiet),
    }


def _final_setting(found: list[Line], place: int, pds: list[int], rules: LineRules) -> str:
    """A line of unknown setting is palliative after a palliative line or a progression."""
    line = found[place]
    if line.setting != "not known":
        return line.setting
    palliative_before = any(before.setting == "palliative" for before in found[:place])
    progressed = any(pd <= line.start for pd in pds)
    return "palliative" if palliative_before or progressed else rules.setting_if_not_known
