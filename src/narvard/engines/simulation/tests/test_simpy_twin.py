"""The reduced model in SimPy, written apart and with its own random numbers, gives equal results within intervals."""

import numpy as np
import pytest
from scipy.stats import ttest_ind

from narvard.engines.simulation import _layout as layout
from narvard.engines.simulation import load_assumptions
from narvard.engines.simulation.reduced import Reduced, SimpyTwin, engine_model, engine_study, road_formula_agrees
from narvard.engines.simulation.run import runs
from narvard.engines.simulation.tests.queues import waits

REPLICATIONS = 16
SAME = 0.002
"""A p below this would be a difference: six tests, so by chance once in eighty times; the seeds are fixed."""


@pytest.mark.parametrize("reduced", [Reduced(days=90), Reduced(days=90, crews=5, requests_per_day=20, spread=0.8)])
def test_waits_and_roads_are_those_of_simpy(reduced: Reduced) -> None:
    model, plan = engine_model(reduced), engine_study(reduced, load_assumptions())
    sims = [runs([model], plan, 9, n)[1][0] for n in range(REPLICATIONS)]
    peers = [SimpyTwin(reduced, seed).run() for seed in range(REPLICATIONS)]
    days = reduced.days + reduced.warm_up_days
    for ours, theirs in (
        ([waits(s).mean() for s in sims], [np.mean(p.waits) / 60 for p in peers]),
        ([np.quantile(waits(s), 0.9) for s in sims], [np.quantile(p.waits, 0.9) / 60 for p in peers]),
        ([s.team["km"].sum() / reduced.days for s in sims], [p.km / days for p in peers]),
    ):
        assert ttest_ind(ours, theirs).pvalue > SAME
        assert np.mean(ours) == pytest.approx(np.mean(theirs), rel=0.05)
    assert sims[0].g.now[layout.REQUESTS] == pytest.approx(peers[0].requests, rel=0.1)


def test_the_road_formula_is_the_engines() -> None:
    assert road_formula_agrees(np.linspace(0, 120, 200))
