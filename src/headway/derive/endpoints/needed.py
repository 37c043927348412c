"""Which facts may decide about an endpoint: of a million patients nothing else is gathered."""

from headway.derive.endpoints.definitions import BY_RULES, Endpoint
from headway.derive.endpoints.observed import CLINICAL
from headway.derive.endpoints.rules import RuleSet

_ASSESSED = {"assessed", "not evaluable"}
# The facts that each choice of a rule set is about, and the choice that needs none of them.
_CHOICES = {
    "new_therapy": ("ignore", {"new therapy"}),
    "local_therapy": ("ignore", {"local therapy"}),
    "clinical_progression": ("ignore", {CLINICAL}),
    "censor_at_tox_stop": (False, {"stopped early"}),
    "no_baseline": ("follow", {"no baseline"}),
    "missed_visits": (None, {"missed"}),
}
OF_TREATMENT = {
    "new therapy", "later therapy", "treated", "off treatment", "stopped", "stopped early",
    "stopped for progression", "completed", "second progression", CLINICAL,
    "response",  # counts up to the new therapy (R1.30)
}  # fmt: skip
# Deaths and contacts tell how a treatment ended, progressions where a line did.
ENDS_OF_TREATMENT = {"death", "alive", "progression", CLINICAL}


def needed(endpoint: Endpoint, rules: RuleSet | None = None) -> set[str]:
    """The facts that may decide about this endpoint by this rule set, or by any.

    >>> from headway.derive.endpoints import CLINICAL, EMA_2012, ENDPOINTS
    >>> sorted(needed(ENDPOINTS["OS"]))
    ['alive', 'death']
    >>> sorted(needed(ENDPOINTS["PFS"], EMA_2012))
    ['assessed', 'death', 'not evaluable', 'progression']
    """
    named = {*endpoint.events, *endpoint.competing, endpoint.starts_at, endpoint.among} - {None}
    used = named | _where_censored(endpoint, rules) | (_by_choice(rules) if endpoint.by_rules else set())
    return used | ENDS_OF_TREATMENT if used & OF_TREATMENT else used


def _where_censored(endpoint: Endpoint, rules: RuleSet | None) -> set[str]:
    at = endpoint.censored_at
    if at == BY_RULES and rules is not None:
        at = "alive" if rules.followed_to == "last contact" else "assessed"
    by_rules = _ASSESSED if endpoint.by_rules else set()
    return by_rules | {BY_RULES: {"alive"}, "assessed": _ASSESSED}.get(at, {at})


def _by_choice(rules: RuleSet | None) -> set[str]:
    chosen = [
        facts for name, (none, facts) in _CHOICES.items() if rules is None or getattr(rules, name) != none
    ]
    return set().union(*chosen)
