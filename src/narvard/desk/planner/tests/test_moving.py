"""Taking a visit in from the page: first who moves and by how much, then the choice."""

import re
import uuid

import pytest
from django.urls import reverse

from narvard.organisation.tests.factories import CommissionFactory
from narvard.visits import actions
from narvard.visits.models import Visit
from narvard.visits.tests.factories import clock


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def tokens(answer) -> list[str]:
    found = re.findall(r'name="token" value="([^"]*)"', answer.content.decode())
    return [token.replace("&quot;", '"') for token in found]


@pytest.fixture
def acute(area, planned) -> Visit:
    """An acute visit, and two people at work of whom one is busy."""
    planned(area.nurse, hour=10, minutes=60)
    area.shift(area.colleague)
    visit = area.visit(minutes=60, acute=True, window_start=clock(9, 30), window_end=clock(10, 30))
    area.relate(area.planner, visit)
    return visit


def url(visit) -> str:
    return reverse("planner:options", args=[visit.pk])


def choose(client, visit, token, **data):
    return client.post(url(visit), {"once": str(uuid.uuid4()), "version": visit.version, "token": token, **data})


def test_the_ways_are_shown_with_what_they_change(area, acting, acute):
    shown = text(acting(area.planner).get(url(acute)))
    assert area.colleague.staff.name in shown
    assert area.nurse.staff.name in shown
    assert "ingen annan flyttas" in shown
    assert "minuter senare" in shown
    assert Visit.objects.get(pk=acute.pk).state == "to_plan"


def test_the_choice_is_made_once(area, acting, acute):
    client, key = acting(area.planner), str(uuid.uuid4())
    token = tokens(client.get(url(acute)))[0]
    answers = [choose(client, acute, token, once=key) for _n in range(2)]
    assert {answer.url for answer in answers} == {reverse("planner:visit", args=[acute.pk])}
    acute.refresh_from_db()
    assert (acute.state, acute.version, acute.roles.get().pinned) == ("planned", 2, True)


def test_a_day_that_changed_shows_new_ways(area, acting, acute):
    client = acting(area.planner)
    token = tokens(client.get(url(acute)))[0]
    actions.cancel_shift(shift=area.colleague.shifts.get(), reason="Sjuk", by=area.planner, at=clock(9))
    actions.cancel_shift(shift=area.nurse.shifts.get(), reason="Sjuk", by=area.planner, at=clock(9))
    answer = choose(client, acute, token)
    assert answer.status_code == 409
    assert "Dagen har ändrats sedan förslaget visades" in text(answer)
    assert Visit.objects.get(pk=acute.pk).state == "to_plan"


def test_a_dropped_visit_asks_for_that_tour_and_time(area, acting, acute):
    client, lane = acting(area.planner), str(area.colleague.shifts.get().pk)
    asked = client.get("/planering/flytta/", {"visit": str(acute.pk), "lane": lane, "start": "10:15"})
    shown = text(client.get(asked.url))
    assert area.colleague.staff.name in shown
    assert area.nurse.staff.name not in shown


@pytest.mark.parametrize("query", ["?tur=x&start=25:99", "?tur=x", "?start=03:00"])
def test_a_wish_that_cannot_be_met_says_so(area, acting, acute, query):
    assert acting(area.planner).get(url(acute) + query).status_code == 200


def test_what_is_dropped_without_a_visit_goes_back_to_the_day(area, acting):
    assert acting(area.planner).get("/planering/flytta/?visit=x").url == reverse("planner:day")


def test_a_visit_that_has_begun_is_not_moved(area, acting, acute):
    actions.start_visit(visit=acute, by=area.colleague, at=clock(9))
    client = acting(area.planner)
    assert "redan börjat" in text(client.get(url(acute)))
    assert choose(client, acute, "{}", version=2).status_code == 409


def test_an_outsider_neither_sees_nor_moves(area, acting, acute):
    client = acting(CommissionFactory(role="planner", unit__care_area="skelleftea"))
    assert client.get(url(acute)).status_code == 404
    assert choose(client, acute, "{}").status_code == 404
