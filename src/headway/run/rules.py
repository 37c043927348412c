"""The rule set that a study asks for, and what it comes to in words."""

from dataclasses import replace

from headway.derive.endpoints import ENDPOINTS, RULE_SETS, RuleSet
from headway.record.record import Record
from headway.study import Study
from headway.study.parts import Comparison, Survival


def rule_set(study: Study) -> RuleSet:
    """The study's rule set, with its visits."""
    asked = study.criteria
    return replace(
        RULE_SETS[asked.pfs],
        visit_interval_days=asked.visit_interval_days,
        visit_window_days=asked.visit_window_days,
    )


def censoring(study: Study, record: Record, wanted: Survival | Comparison) -> str:
    """What ends and censors an analysis, for the caption of its figure."""
    if wanted.since == "as reported":
        return "Times and events as the source reports them."
    if not ENDPOINTS[wanted.endpoint].by_rules:
        return "Patients without an event are censored at last known alive."
    rules = rule_set(study)
    where = "last known alive" if rules.followed_to == "last contact" else "the last adequate assessment"
    said = [f"Rule set {rules.name}: patients without an event are censored at {where}.", *_choices(rules)]
    return " ".join([*said, *not_known(rules, record)])


def _choices(rules: RuleSet) -> list[str]:
    """What else the rule set censors or counts, a sentence each."""
    censoring = {
        "new therapy (P6)": rules.new_therapy == "censor",
        "clinical progression (P4)": rules.clinical_progression == "censor",
        "a stop for toxicity or another reason (P5)": rules.censor_at_tox_stop,
        "no baseline assessment (P1)": rules.no_baseline != "follow",
        f"an event over {rules.longest_gap_days} days after an assessment (P9)": rules.missed_visits,
    }
    names = [name for name, applies in censoring.items() if applies]
    said = [f"Also censored: {', '.join(names)}."] if names else []
    if rules.clinical_progression == "event":
        said.append("Clinical progression is an event.")
    return said


def not_known(rules: RuleSet, record: Record) -> list[str]:
    """Rules for which the record has no facts: they were not applied, which is not the same as not needed."""
    needed = {
        "new therapy and reasons for stopping (no drugs)": rules.new_therapy != "ignore"
        and not record.has("drugs"),
        "baseline (no measurements)": rules.no_baseline != "follow" and not record.has("measurements"),
    }
    names = [name for name, missing in needed.items() if missing]
    return [f"Not recorded, so not applied: {'; '.join(names)}."] if names else []
