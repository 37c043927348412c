"""Statistics in words, by the names that the results give their methods: only what made a number."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

_SCALES = {
    "log-log": "pointwise from Greenwood's variance on the log-log scale",
    "log": "pointwise from Greenwood's variance on the log scale",
    "plain": "pointwise from Greenwood's variance, plain",
}
_TESTS = re.compile(r"log-rank|test|Wald|Fisher|chi-square|McNemar|Wilcoxon|likelihood|Cox|Gray")
# The names of rows that say why there is no number.
_SAY_NOTHING = ("none", "paired", "Cox", "Harrell", "log-rank")


def statistics(methods: Iterable[str | None]) -> str:
    """A sentence for each method that made a number, in a fixed order.

    >>> statistics(["Clopper-Pearson, 95% limits"])
    'Proportions have exact (Clopper-Pearson) 95 % confidence limits.'
    >>> statistics(["a new method"])
    'Further methods, as the results name them: a new method.'
    """
    names = [name for name in methods if name]
    found = {sentence: [n for n in names if re.fullmatch(name, n)] for name, sentence in _sentences()}
    said = [_with_limits(sentence, made) for sentence, made in found.items() if made]
    known = {name for made in found.values() for name in made}
    rest = [name for name in names if name not in known and name not in _SAY_NOTHING]
    if rest:
        said.append(f"Further methods, as the results name them: {'; '.join(rest)}.")
    if any(_TESTS.search(name) for name in names):
        said.append("P-values are two-sided unless a test is named one-sided.")
    return " ".join(said)


@cache
def _sentences() -> list[tuple[str, str]]:
    text = files("headway.run.methods").joinpath("statistics.toml").read_text(encoding="utf-8")
    return [(one["name"], one["sentence"]) for one in tomllib.loads(text)["method"]]


def _with_limits(sentence: str, made: list[str]) -> str:
    """The confidence limits of the curves, as they were asked for."""
    kinds = [kind for kind in _SCALES if any(name.endswith(f"limits {kind}") for name in made)]
    return sentence.replace("{limits}", ", or ".join(_SCALES[kind] for kind in kinds) or "as stated")
