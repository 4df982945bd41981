"""A scenario is kept, or refused in words."""

import pytest

from narvard.capacity.scenarios.actions import NotAManager, keep_scenario
from narvard.capacity.scenarios.definition import ScenarioNotValid, read
from narvard.capacity.scenarios.models import Scenario
from narvard.capacity.scenarios.queries import visible
from narvard.capacity.scenarios.tests.factories import AT, definition, manager, scenario
from narvard.core.models import AuditEvent

pytestmark = pytest.mark.django_db


def keep(by, **changes):
    return keep_scenario(title="Prov", definition=definition(**changes), seen_by="area", by=by, at=AT)


def test_it_is_kept_whole_and_logged_without_words():
    row = keep(manager(), assumptions={"sickness_share": 0.1}, enrolled={"2480": 30})
    assert read(Scenario.objects.get().definition) == definition(
        assumptions={"sickness_share": 0.1}, enrolled={"2480": 30}
    )
    event = AuditEvent.objects.get(what="capacity.keep_scenario")
    assert (event.object_kind, event.object_id, event.reason) == ("scenario", str(row.pk), "")


def test_only_the_management_keeps_scenarios():
    by = manager()
    by.role = "safety"
    with pytest.raises(NotAManager):
        keep(by)


def without_cars():
    model = definition().model
    for team in model["teams"]:
        team["shifts"] = []
    return model


def elsewhere():
    model = definition().model
    model["teams"][0]["accepts"] = {"areas": ["0180"]}
    return model


def negative():
    model = definition().model
    model["teams"][0]["shifts"][0]["crews"] = -1
    return model


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"replications": 0}, "körningar"),
        ({"replications": 401}, "körningar"),
        ({"years": 0.0}, "längre än noll"),
        ({"seed": -1}, "fröet"),
        ({"rank": "deaths"}, "ordnas"),
        ({"base": "hope"}, "finns inte"),
        ({"against": "hope"}, "finns inte"),
        ({"assumptions": {"sickness_share": 1.2}}, "för stort"),
        ({"assumptions": {"sickness_share": float("nan")}}, "för stort"),
        ({"assumptions": {"hope": 1.0}}, "finns inte"),
        ({"assumptions": {"condition.medical": 0.9}}, "bli 1"),
        ({"model": without_cars()}, "en bil"),
        ({"model": elsewhere()}, "0180"),
        ({"model": negative()}, "färre än noll"),
    ],
)
def test_what_cannot_be_run_is_refused_in_words(changes, says):
    with pytest.raises(ScenarioNotValid, match=says):
        keep(manager(), **changes)
    assert not Scenario.objects.exists()


def test_who_sees_a_scenario():
    owner, neighbour, stranger = manager(), manager(), manager(care_area="fjarran")
    shared, own = scenario(owner), scenario(owner, seen_by="unit")
    assert set(visible(owner)) == {shared, own}
    assert set(visible(neighbour)) == {shared}
    assert not visible(stranger).exists()
