"""What a planner does to visits, shifts and needs."""

import uuid

import pytest
from django.urls import reverse

from narvard.access.tests.factories import CareRelationFactory
from narvard.care.models import Episode
from narvard.organisation.models import Commission
from narvard.organisation.tests.factories import CarFactory, CommissionFactory
from narvard.visits.models import Activity, Shift, Visit, VisitNeed
from narvard.visits.tests.factories import VisitNeedFactory, clock


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def once(**data) -> dict[str, object]:
    return {"once": str(uuid.uuid4()), **data}


def test_a_visit_shows_when_who_and_what_can_be_done(area, acting, planned):
    visit = planned(area.nurse, area.municipal)
    shown = text(acting(area.planner).get(reverse("planner:visit", args=[visit.pk])))
    for words in (visit.what, visit.patient.name, area.nurse.staff.name, area.municipal.staff.name, "Lås till"):
        assert words in shown


def test_pinning_and_letting_go(area, acting, planned):
    visit, client = planned(), acting(area.planner)
    url = reverse("planner:pin", args=[visit.pk])
    assert client.post(url, once(version=1, pinned="on")).url == reverse("planner:visit", args=[visit.pk])
    assert visit.roles.get().pinned
    assert client.post(url, once(version=1, pinned="")).status_code == 409
    client.post(url, once(version=2, pinned=""))
    assert not visit.roles.get().pinned


def test_calling_off_needs_a_reason(area, acting, planned):
    visit, client = planned(), acting(area.planner)
    url = reverse("planner:cancel", args=[visit.pk])
    assert client.post(url, {"stall-in-once": str(uuid.uuid4()), "stall-in-reason": ""}).status_code == 422
    client.post(url, {"stall-in-once": str(uuid.uuid4()), "stall-in-reason": "På sjukhus", "stall-in-version": 1})
    visit.refresh_from_db()
    assert (visit.state, visit.reason) == ("cancelled", "På sjukhus")


@pytest.mark.parametrize("name", ["visit", "pin", "cancel"])
def test_a_planner_elsewhere_finds_no_visit(area, acting, planned, name):
    visit = planned()
    client = acting(CommissionFactory(role="planner", unit__care_area="skelleftea"))
    url = reverse(f"planner:{name}", args=[visit.pk])
    assert (client.get if name == "visit" else client.post)(url).status_code == 404
    assert Visit.objects.get().state == "planned"


def test_a_shift_shows_its_tour_and_can_be_cancelled(area, acting, planned):
    visit, client = planned(), acting(area.planner)
    shift = visit.roles.get().shift
    url = reverse("planner:shift", args=[shift.pk])
    shown = text(client.get(url))
    assert visit.patient.name in shown
    assert "1 besök går tillbaka" in shown
    assert client.post(url, once(reason="Sjuk", version=shift.version)).url == "/planering/?dag=2026-11-23"
    visit.refresh_from_db()
    assert (visit.state, Shift.objects.get().cancel_reason) == ("to_plan", "Sjuk")
    assert client.post(url, once(reason="Sjuk", version=2)).status_code == 409


def test_a_shift_of_another_area_is_not_seen(area, acting):
    shift = area.shift(area.nurse)
    client = acting(CommissionFactory(role="planner", unit__care_area="skelleftea"))
    assert client.get(reverse("planner:shift", args=[shift.pk])).status_code == 404


def shift_data(area, **changes) -> dict[str, object]:
    data = {
        "commission": area.nurse.pk,
        "date": "2026-11-23",
        "starts": "08:00",
        "ends": "16:30",
        "base": area.base.pk,
        "car": CarFactory(base=area.base).pk,
        "break_minutes": 30,
    }
    return once(**{**data, **changes})


def test_a_new_shift_and_one_that_overlaps(area, acting):
    client = acting(area.planner)
    assert client.get("/planering/pass/nytt/").status_code == 200
    assert client.post("/planering/pass/nytt/", shift_data(area)).status_code == 302
    assert Shift.objects.get().ends_at == clock(16, 30)
    answer = client.post("/planering/pass/nytt/", shift_data(area, starts="16:00", ends="20:00"))
    assert answer.status_code == 409
    assert "arbetar redan 08:00–16:30 på Närsjukvårdsteamet" in text(answer)
    assert 'value="16:00"' in text(answer)
    assert Shift.objects.count() == 1


def test_a_night_shift_ends_the_day_after(area, acting):
    acting(area.planner).post("/planering/pass/nytt/", shift_data(area, starts="21:00", ends="07:00"))
    shift = Shift.objects.get()
    assert (shift.ends_at - shift.starts_at).total_seconds() == 10 * 3600


def test_a_round_for_those_at_work(area, acting):
    area.shift(area.nurse)
    client = acting(area.planner)
    data = once(
        kind="round",
        title="Rond",
        date="2026-11-23",
        starts="08:30",
        ends="09:00",
        base=area.base.pk,
        participants=[area.nurse.staff_id],
    )
    url = "/planering/aktivitet/ny/?dag=2026-11-23"
    assert area.nurse.staff.name in text(client.get(url))
    assert client.post(url, data).status_code == 302
    assert list(Activity.objects.get().participants.all()) == [area.nurse.staff]


def who(area, **changes) -> dict[str, object]:
    data = {"what": "Omläggning", "minutes": 30, "mode": "home", "unit1": area.team.pk, "profession1": "nurse"}
    return once(**{**data, **changes})


@pytest.fixture
def episode(area) -> Episode:
    """A patient whom the team and the planner have a relation to."""
    episode = area.episode()
    for commission in (area.nurse, area.planner):
        area.relate(commission, episode.patient)
    return episode


def test_an_acute_visit_is_asked_for(area, acting, episode):
    url = reverse("planner:new-visit", args=[episode.pk])
    client = acting(area.nurse)
    assert episode.patient.name in text(client.get(url))
    data = who(
        area,
        unit2=area.municipal.unit_id,
        date="2026-11-23",
        window_from="10:00",
        window_until="12:00",
        priority=1,
        acute="on",
    )
    assert client.post(url, data).status_code == 302
    visit = Visit.objects.get()
    assert (visit.window_start, visit.acute, visit.priority) == (clock(10), True, 1)
    assert [role.unit for role in visit.roles.all()] == [area.team, area.municipal.unit]
    assert visit.roles.first().profession == "nurse"


def test_a_visit_elsewhere_needs_a_place_that_somebody_can_drive_to(area, acting, episode):
    url, client = reverse("planner:new-visit", args=[episode.pk]), acting(area.nurse)
    hours = {"date": "2026-11-23", "window_from": "10:00", "window_until": "12:00", "priority": 2}
    walk = {"what": "Promenad och samtal", "mode": "other_place", "place": "Parken vid ån", **hours}
    answer = client.post(url, who(area, **walk, locality="Ankeborg"))
    assert answer.status_code == 422
    assert "Orten Ankeborg finns inte" in text(answer)
    assert "Parken vid ån" in text(answer)
    assert client.post(url, who(area, **walk, locality="vännäsby")).status_code == 302
    visit = Visit.objects.get()
    assert visit.place == "Parken vid ån, Vännäsby"
    assert visit.latitude == pytest.approx(63.92, abs=0.01)


def test_a_need_is_asked_for_and_ended(area, acting, episode):
    client = acting(area.nurse)
    data = who(
        area,
        first_on="2026-11-23",
        every_days=7,
        weekdays=[0, 3],
        times_a_day=1,
        window_from="08:00",
        window_until="12:00",
        priority=3,
    )
    assert client.post(reverse("planner:new-need", args=[episode.pk]), data).status_code == 302
    need = VisitNeed.objects.get()
    assert (need.every_days, need.weekdays, need.window_until) == (7, [0, 3], 720)
    client.post(reverse("planner:end-need", args=[need.pk]), once(reason="Läkt", version=1))
    need.refresh_from_db()
    assert need.ended_at is not None


def test_a_visit_longer_than_any_shift_is_refused_with_nothing_lost(area, acting, episode):
    area.shift(area.nurse)
    data = who(area, minutes=500, date="2026-11-23", window_from="10:00", window_until="12:00", priority=2)
    answer = acting(area.nurse).post(reverse("planner:new-visit", args=[episode.pk]), data)
    assert answer.status_code == 409
    assert "längre än något arbetspass på Närsjukvårdsteamet" in text(answer)
    assert 'value="500"' in text(answer)
    assert not Visit.objects.exists()


@pytest.mark.parametrize("name", ["new-visit", "new-need"])
def test_an_outsider_asks_for_nothing(area, acting, episode, name):
    url = reverse(f"planner:{name}", args=[episode.pk])
    client = acting(CommissionFactory())
    assert (client.get(url).status_code, client.post(url, who(area)).status_code) == (404, 404)


def test_an_outsider_ends_no_need(area, acting):
    need = VisitNeedFactory(episode=area.episode())
    answer = acting(CommissionFactory()).post(reverse("planner:end-need", args=[need.pk]), once(reason="Nej"))
    assert answer.status_code == 404
    need.refresh_from_db()
    assert need.ended_at is None


@pytest.mark.parametrize("name", ["pin", "cancel"])
def test_an_act_is_not_a_look(area, acting, planned, name):
    assert acting(area.planner).get(reverse(f"planner:{name}", args=[planned().pk])).status_code == 405


@pytest.fixture
def related(area) -> Commission:
    """A physician of another unit of the area that has a care relation too."""
    return CommissionFactory(role="physician", unit__care_area=area.team.care_area)


@pytest.mark.parametrize("name", ["new-visit", "new-need"])
def test_another_unit_of_the_patients_asks_for_nothing_in_our_name(area, acting, episode, related, name):
    area.relate(related, episode.patient)
    client, url = acting(related), reverse(f"planner:{name}", args=[episode.pk])
    assert (client.get(url).status_code, client.post(url, who(area)).status_code) == (404, 404)
    assert acting(area.planner).get(url).status_code == 200


def test_another_unit_of_the_patients_ends_no_need_of_ours(area, acting, episode, related):
    area.relate(related, episode.patient)
    need = VisitNeedFactory(episode=episode)
    CareRelationFactory(patient=episode.patient, unit=area.planner.unit, kind="visit", source_id=need.pk)
    url, data = reverse("planner:end-need", args=[need.pk]), once(reason="Nej", version=1)
    assert acting(related).post(url, data).status_code == 404
    need.refresh_from_db()
    assert need.ended_at is None
    assert acting(area.planner).post(url, data).status_code == 302


@pytest.mark.parametrize("name", ["visit", "pin", "cancel", "options"])
def test_a_planner_elsewhere_with_a_care_relation_plans_nothing_here(area, acting, planned, name):
    visit = planned()
    elsewhere = CommissionFactory(role="planner", unit__care_area="skelleftea")
    area.relate(elsewhere, visit.patient)
    data = {"stall-in-once": str(uuid.uuid4()), "stall-in-reason": "Nej", **once(version=1, pinned="on")}
    url = reverse(f"planner:{name}", args=[visit.pk])
    answer = acting(elsewhere).get(url) if name == "visit" else acting(elsewhere).post(url, data)
    assert answer.status_code == 404
    visit.refresh_from_db()
    assert (visit.state, visit.roles.get().pinned) == ("planned", False)
