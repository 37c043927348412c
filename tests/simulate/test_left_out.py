"""Nobody asks what becomes of candidates who are not in the cohort: the model need not live on with them."""

from pathlib import Path

import numpy as np

from headway.simulate.draws import Draws
from headway.simulate.load import load
from headway.simulate.story import lives

SCENARIO = Path(__file__).parent / "scenario.toml"


def test_who_cannot_come_to_the_index_line_any_more_is_not_lived_on_with():
    scenario = load(SCENARIO)  # three in ten skip the first line, which is the index line
    log = lives(scenario, Draws(scenario.seed), np.arange(300)).log
    starts = log.table("starts")
    index = set(starts["row"][starts["line"] == 1])
    assert set(starts["row"]) == index
    assert 0 < len(set(log.table("ends")["row"]) - index) < 10  # died before it began
    assert 190 < len(index) < 230
