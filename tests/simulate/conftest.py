"""Cohorts that several tests use: as the scenario has them, and as perfect readers would record them."""

from pathlib import Path

import pytest

from headway.ingest.recognise import read_record
from headway.run.simulate import simulate

SCENARIO = Path(__file__).parent / "scenario.toml"
# In place of the scenario's own imaging and calendar: nothing is missed, misread, lost or cut off.
PERFECT = """
[calendar]
accrual_months = 0
cutoff_months = 240

[imaging]
readers = 1
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The cohort of the scenario."""
    out = tmp_path_factory.mktemp("simulated") / "record"
    simulate(SCENARIO, out)
    return out


@pytest.fixture(scope="session")
def perfect_scenario(tmp_path_factory):
    """The scenario with perfect readers and complete follow-up."""
    text = SCENARIO.read_text(encoding="utf-8")
    start, end = text.index("[calendar]"), text.index("[growth]")
    file = tmp_path_factory.mktemp("scenario") / "perfect.toml"
    file.write_text(text[:start] + PERFECT + text[end:], encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def perfect(tmp_path_factory, perfect_scenario):
    """A thousand patients, perfectly read and followed."""
    out = tmp_path_factory.mktemp("perfect") / "record"
    simulate(perfect_scenario, out, patients=1000)
    return out


@pytest.fixture(scope="session")
def perfect_record(perfect):
    return read_record(perfect)
