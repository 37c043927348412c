"""A scenario file as a text in which the free numbers, and the choice of candidates, can be replaced."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from headway.simulate.scenario import Scenario, Stretch

FREE = re.compile(
    r"^(?P<before>[^#=]*=\s*)(?P<value>[-+.\deE]+)(?P<after>\s*# free: (?P<low>\S+) to (?P<high>\S+).*)$"
)
REST = re.compile(r"^(?P<before>share = )(?P<value>[-+.\deE]+)(?P<after>\s*# rest.*)$")
SHARE = re.compile(r"^share = (?P<value>[-+.\deE]+)")
CHOICE = re.compile(r"(?m)^(first_candidate = \d+|stretches = \[[^\]]*\])\n")
SEED = re.compile(r"(?m)^seed = \d+\n")
NO_CHOICE: dict[str, Any] = {"first_candidate": 0, "stretches": ()}


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

    def with_stretches(self, stretches: Sequence[Stretch]) -> "Template":
        """Show these stretches, whatever was shown before."""
        lines = [
            f"    {{ first_candidate = {one.first_candidate}, candidates = {one.candidates} }},\n"
            for one in stretches
        ]
        without = CHOICE.sub("", self.text)
        written = "stretches = [\n" + "".join(lines) + "]\n"
        return Template(SEED.sub(lambda seed: seed[0] + written, without, count=1))

    def scenario(self) -> Scenario:
        return Scenario.model_validate(tomllib.loads(self.text))

    def large(self, patients: int) -> Scenario:
        """The first patients of the seed: nobody is chosen."""
        return Scenario.model_validate(tomllib.loads(self.text) | NO_CHOICE | {"patients": patients})


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
