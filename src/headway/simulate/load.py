"""Reading a scenario file."""

from pathlib import Path
from typing import Any

from headway import toml_file
from headway.errors import HeadwayError
from headway.simulate.scenario import Scenario


class ScenarioError(HeadwayError):
    """The scenario says something that cannot be simulated."""


def load(path: Path, **instead: Any) -> Scenario:
    """Read a scenario; `instead` replaces top keys that are not None (patients, seed).

    Raises ScenarioError, one line per mistake: file, line, key, what is written and what is allowed.
    """
    return toml_file.read(path, Scenario, ScenarioError, "scenario file", **instead)
