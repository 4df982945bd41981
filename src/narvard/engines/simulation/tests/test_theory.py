"""The engine against queueing theory: M/M/c, Erlang C, Little's law."""

import numpy as np
import pytest

from narvard.engines.simulation import _layout as layout
from narvard.engines.simulation import interval
from narvard.engines.simulation.run import runs
from narvard.engines.simulation.tests.queues import erlang_c, study, team, waits

REPLICATIONS = 20


@pytest.mark.parametrize(("crews", "busy"), [(1, 0.6), (2, 0.8), (5, 0.9), (20, 0.85)])
def test_waiting_in_an_m_m_c_queue_is_erlangs(crews: int, busy: float) -> None:
    minutes = 45.0
    per_hour = crews * busy * 60 / minutes
    plan, model = study(per_hour, minutes, years=0.5), team(crews)
    sims = [runs([model], plan, 7, n)[1][0] for n in range(REPLICATIONS)]
    means = interval([waits(sim).mean() for sim in sims], level=0.99)
    waited = interval([(waits(sim) > 1e-9).mean() for sim in sims], level=0.99)
    chance = erlang_c(crews, crews * busy)
    assert means.low <= chance / (crews * 60 / minutes - per_hour) <= means.high
    assert waited.low <= chance <= waited.high


def test_crews_are_busy_as_much_as_work_asks_for() -> None:
    plan = study(6.0, 40.0, years=0.5)
    found = interval([_utilisation(runs([team(5)], plan, 3, n)[1][0]) for n in range(REPLICATIONS)], level=0.99)
    assert found.low <= 0.8 <= found.high


def _utilisation(sim: layout.Sim) -> float:
    return float(sim.g.busy.sum() / sim.g.staffed.sum())


def test_littles_law() -> None:
    """Mean number waiting, measured as an integral over time, is arrival rate x mean wait; no warm-up, all requests."""
    plan = study(4.0, 50.0, years=1.0)
    for replication in range(3):
        sim = runs([team(4)], plan, 5, replication)[1][0]
        hours = (sim.g.number[layout.N_TO] - sim.g.number[layout.N_FROM]) / 60.0
        expected = waits(sim).sum() / hours
        measured = sim.g.clock[layout.WAIT_INTEGRAL] / 60.0 / hours
        assert measured == pytest.approx(expected, rel=0.02)


def test_requests_arrive_as_a_poisson_process() -> None:
    plan = study(5.0, 10.0, years=1.0)
    sim = runs([team(3)], plan, 11, 0)[1][0]
    gaps = np.diff(np.sort(sim.request["at"][: sim.g.now[layout.REQUESTS]]))
    assert gaps.mean() == pytest.approx(12.0, rel=0.02)
    assert gaps.std() / gaps.mean() == pytest.approx(1.0, abs=0.02)
