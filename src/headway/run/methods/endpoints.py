"""Responses and endpoints: what counts, and what censors."""

from headway.derive.endpoints import ENDPOINTS, RuleSet
from headway.run.cohort import Cohort, title_of
from headway.run.judged import DERIVED, criteria, uses_responses
from headway.run.methods.used import used
from headway.run.methods.words import cited
from headway.run.rules import not_known, rule_set
from headway.study.parts import AS_REPORTED

_DEFINED = {
    "OS": "Overall survival (OS) was the time from time zero to death from any cause; patients not known to "
    "have died were censored on the day on which they were last known to be alive.",
    "PFS": "Progression-free survival (PFS) was the time from time zero to progression or death from any "
    "cause, whichever came first.",
    "TTP": "Time to progression (TTP) was the time from time zero to progression; a death before it ended "
    "the time without an event.",
    "TTF": "Time to treatment failure (TTF) was the time from time zero to a stop of treatment other than "
    "its planned completion, to another anticancer therapy or to death, among treated patients.",
    "ToT": "Time on treatment (ToT) was the time from time zero to the end of treatment, among treated "
    "patients; those still treated were censored at their last treatment.",
    "TTNT": "Time to next treatment (TTNT) was the time from time zero to another anticancer therapy or "
    "death, among treated patients.",
    "TTR": "Time to response (TTR) was the time from time zero to the first complete or partial response, "
    "among responders.",
    "DoR": "Duration of response (DoR) was the time from the first complete or partial response to "
    "progression or death, among responders.",
    "PFS2": "Progression-free survival on the next line (PFS2) was the time from time zero to progression on "
    "the next line, to the start of the line after it where that progression is not known, or to death.",
}


def endpoints(cohort: Cohort) -> str:
    """Each endpoint that is used, and the rule set of those that need one."""
    names = [name for name in used(cohort).endpoints if name in ENDPOINTS]
    asked = [*cohort.study.report.survival, *cohort.study.report.comparison]
    reported = _once([part.endpoint for part in asked if part.since == AS_REPORTED])
    own = [name for name in names if any(p.endpoint == name and p.since != AS_REPORTED for p in asked)]
    if cohort.study.report.failure:
        own.append("distant failure")
    said = [_definition(name) for name in own]
    if any(ENDPOINTS[name].by_rules for name in own):
        said.append(_rules(cohort))
    if reported:
        said.append(f"{', '.join(reported)}: times and events were taken as the source reports them.")
    return " ".join(said)


def _once(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _definition(name: str) -> str:
    if name in _DEFINED:
        return _DEFINED[name]
    return (
        "First failure was the first progression, by its site, or death without progression; "
        "each of these competes with the others."
    )


def _rules(cohort: Cohort) -> str:
    rules = rule_set(cohort.study)
    where = {
        "last contact": "on the day on which they were last known to be alive",
        "last assessment": "at the last adequate tumour assessment",
    }
    choices = [words for applies, words in _choices(rules) if applies]
    missing = not_known(rules, cohort.record)
    followed = (
        f"Tumour endpoints followed the rule set '{rules.name}' ({cited(rules.source)}): patients without "
        f"an event were censored {where[rules.followed_to]}."
    )
    return " ".join([followed, *choices, *missing])


def _choices(rules: RuleSet) -> list[tuple[bool, str]]:
    """What a rule set can decide beyond that, each with the sentence for it."""
    return [
        (
            rules.new_therapy == "censor",
            "Another anticancer therapy before the event censored at the last assessment before it.",
        ),
        (rules.new_therapy == "event", "Another anticancer therapy before progression was an event."),
        (rules.clinical_progression == "event", "A progression that no scan shows was an event."),
        (rules.clinical_progression == "censor", "A progression that no scan shows censored."),
        (rules.censor_at_tox_stop, "A stop of treatment for toxicity or another reason censored."),
        (
            rules.no_baseline == "censor",
            "Patients without a tumour assessment at or before time zero were censored there.",
        ),
        (
            rules.missed_visits is not None,
            f"An event more than {rules.longest_gap_days} days after the last adequate assessment "
            f"({rules.missed_visits} visits planned every {rules.visit_interval_days} days, give or take "
            f"{rules.visit_window_days} days) was censored at that assessment.",
        ),
    ]


def responses(cohort: Cohort) -> str:
    """How responses came about, whose they are, and what was made of them."""
    if not uses_responses(cohort.study):
        return ""
    said = [_judged(cohort)]
    for asked in cohort.study.report.response:
        window = f" within {asked.window_days} days" if asked.window_days else ""
        said.append(
            f"Best overall response {title_of(cohort, asked.since)}{window} is given without and with "
            "confirmation at least 28 days later."
        )
        if asked.subsets:
            said.append("Irradiated and non-irradiated lesions were also judged as subsets by themselves.")
    return " ".join(_once(said))


def _judged(cohort: Cohort) -> str:
    asked = cohort.study.criteria
    reader = f" of the reader '{asked.evaluator}'" if asked.evaluator else ""
    if criteria(cohort.study, cohort.record) == DERIVED:
        return (
            f"Responses were derived from the lesion measurements{reader} by RECIST 1.1 (Eisenhauer et al., "
            "Eur J Cancer 2009;45:228): the baseline is the last assessment at or before time zero, "
            "progression is judged against the smallest sum of diameters on study, and thresholds are "
            "compared exactly."
        )
    return (
        f"Responses and progressions are those{reader} that the record reports; they were not derived from "
        "lesions."
    )
