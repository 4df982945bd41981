"""The planner's day: tours, what has no place, and the button that plans."""

import uuid

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from narvard.core.models import AuditEvent, Run
from narvard.organisation.models import Commission
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.tests.factories import PatientFactory
from narvard.visits import planner
from narvard.visits.models import Visit
from narvard.visits.tests.factories import AT, MONDAY, VisitNeedFactory, clock

DAY = "/planering/"


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def ask(client, day="2026-11-23", **data):
    return client.post(f"/planering/planera/?dag={day}", {"once": str(uuid.uuid4()), **data})


def test_the_tours_are_shown_with_names_times_and_the_map(area, acting, planned):
    visit = planned(hour=10)
    shown = text(acting(area.planner).get(DAY))
    assert "alla har plats" in shown
    assert area.nurse.staff.name in shown
    assert f"10:00–10:30 {visit.patient.name}, {visit.what}" in shown
    assert "63.825" in shown


def test_what_has_no_place_stands_with_its_reason_acute_first(area, acting):
    for acute, name in ((False, "Lugn"), (True, "Akut")):
        visit = area.visit(
            patient=PatientFactory(family_name=name), acute=acute, state="unplanned", reason="Dagen är full."
        )
        area.relate(area.planner, visit)
    shown = text(acting(area.planner).get(DAY))
    assert "2 utan plats" in shown
    assert "Kunde inte planeras: Dagen är full." in shown
    assert shown.index("Örjan Akut") < shown.index("Örjan Lugn")


def test_a_protected_person_is_on_no_map(area, acting, planned):
    planned(patient=PatientFactory(protection="protected", address={"latitude": 63.9119, "street": "Hemliga gatan 9"}))
    shown = text(acting(area.planner).get(DAY))
    assert "63.9119" not in shown
    assert "Hemliga" not in shown
    assert "skyddade uppgifter visas inte på kartan" in shown


def test_a_protected_place_is_hidden_from_the_planner_on_every_page(area, acting, planned):
    visit = planned(patient=PatientFactory(protection="marked", address={"street": "Hemliga gatan 9"}))
    client = acting(area.planner)
    for path in (
        reverse("planner:visit", args=[visit.pk]),
        reverse("planner:shift", args=[visit.roles.get().shift_id]),
        "/planering/utan-plats/",
    ):
        assert "Hemliga" not in text(client.get(path))


def test_no_road_to_or_from_a_protected_place_is_told(area, acting, planned):
    planned(hour=9)
    planned(hour=10, patient=PatientFactory(protection="marked"))
    after = planned(hour=11)
    planned(hour=13)
    shift = reverse("planner:shift", args=[after.roles.get().shift_id])
    client = acting(area.planner)
    assert text(client.get(shift)).count("bilväg") == 2
    kept = text(client.get(DAY)).count("Resa, uppskattad")
    area.planner.sees_protected = True
    area.planner.save()
    assert text(client.get(shift)).count("bilväg") == 4
    assert kept > 0
    assert text(client.get(DAY)).count("Resa, uppskattad") == 2 * kept


def test_a_call_on_the_way_tells_no_road_from_a_protected_place(area, acting, planned):
    planned(hour=10, patient=PatientFactory(protection="marked"))
    planned(hour=11, mode="phone").roles.update(travel_minutes=0)
    after = planned(hour=12)
    shift = reverse("planner:shift", args=[after.roles.get().shift_id])
    client = acting(area.planner)
    assert text(client.get(shift)).count("bilväg") == 0
    assert "Resa, uppskattad" not in text(client.get(DAY))
    area.planner.sees_protected = True
    area.planner.save()
    assert text(client.get(shift)).count("bilväg") == 2
    assert "Resa, uppskattad" in text(client.get(DAY))


def test_without_a_care_relation_no_name_and_no_place(area, acting, planned):
    visit = planned()
    visit.patient.care_relations.filter(unit=area.planner.unit).delete()
    shown = text(acting(area.planner).get(DAY))
    assert visit.patient.name not in shown
    assert "63.825" not in shown


def test_one_units_tours_can_be_chosen(area, acting, planned):
    planned(area.nurse, hour=10)
    planned(area.municipal, hour=11)
    shown = text(acting(area.planner).get(f"{DAY}?enhet={area.municipal.unit_id}"))
    lanes = shown[shown.index('class="day"') : shown.index('class="legend"')]
    assert area.municipal.staff.name in lanes
    assert area.nurse.staff.name not in lanes


def test_planning_makes_the_visits_and_asks_the_worker_once(area, acting):
    area.shift(area.nurse)
    VisitNeedFactory(episode=area.episode())
    client, key = acting(area.planner), str(uuid.uuid4())
    assert ask(client, once=key).url == "/planering/?dag=2026-11-23"
    ask(client, once=key)
    ask(client)
    assert (Visit.objects.count(), Run.objects.count(), DBTaskResult.objects.count()) == (1, 1, 1)
    shown = text(client.get(DAY))
    assert "Dagen planeras" in shown
    assert "Planera dagen" not in shown


def test_the_progress_tells_and_renews_the_page_when_done(area, acting):
    area.shift(area.nurse)
    area.visit()
    client = acting(area.planner)
    ask(client)
    run = Run.objects.get()
    url = reverse("planner:run", args=[run.pk])
    assert client.get(url).url == "/planering/?dag=2026-11-23"
    waiting = client.get(url, headers={"hx-request": "true"})
    assert "HX-Refresh" not in waiting
    assert f'hx-get="{url}"' in text(waiting)
    Run.objects.update(state="done", result={"plan": "x", "planned": 1, "unplanned": 0})
    done = client.get(url, headers={"hx-request": "true"})
    assert done["HX-Refresh"] == "true"
    assert "Planerade: 1. Fick inte plats: 0." in text(done)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("internal", "Inget har gått förlorat"),
        ("worker-lost", "avbröts flera gånger"),
        ("Ingen har pass", "Ingen har pass"),
    ],
)
def test_a_run_that_failed_says_why(area, acting, error, words):
    Run.objects.create(kind="plan-day", key="umea/2026-11-23", params={}, state="failed", error=error, requested_at=AT)
    assert words in text(acting(area.planner).get(DAY))


def test_a_past_day_is_not_planned(area, acting):
    client = acting(area.planner)
    assert "Planera" not in text(client.get(f"{DAY}?dag=2026-11-22")).replace("Planerade", "").replace("Planering", "")
    assert ask(client, day="2026-11-22").status_code == 409
    assert not Run.objects.exists()


def test_another_areas_run_is_not_seen(area, acting):
    run = Run.objects.create(
        kind="plan-day", key="x", params={"care_area": "skelleftea", "date": "2026-11-23"}, requested_at=AT
    )
    assert acting(area.planner).get(reverse("planner:run", args=[run.pk])).status_code == 404


def test_a_day_planned_by_the_engine_is_drawn_with_lunch_and_travel(area, acting):
    area.shift(area.nurse, break_minutes=30)
    for _n in range(3):
        area.relate(area.planner, area.visit())
    planner.plan_area("umea", MONDAY, by=area.planner, at=AT, seconds=None, evaluations=500)
    shown = text(acting(area.planner).get(DAY))
    for words in ("day-block--lunch", "day-block--travel", "Planera om dagen", "alla har plats"):
        assert words in shown


def test_the_look_is_logged_with_each_patient(area, acting, planned):
    visits = [planned(hour=hour) for hour in (10, 11)]
    acting(area.planner).get(DAY)
    event = AuditEvent.objects.get(what="planner.day")
    assert {row.patient for row in event.subjects.all()} == {visit.patient_id for visit in visits}


@pytest.mark.parametrize("role", [Commission.Role.TEAM, Commission.Role.WARD, Commission.Role.MANAGER])
def test_only_planner_and_coordinator_plan(area, acting, role):
    client = acting(CommissionFactory(role=role))
    assert client.get(DAY).status_code == 404
    assert ask(client).status_code == 404
    assert not Run.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_visits(area, acting, planned, django_assert_num_queries):
    client = acting(area.planner)
    planned(area.nurse, area.municipal, hour=8)
    client.get(DAY)  # the first look of a session keeps its time
    with django_assert_num_queries(23):
        client.get(DAY)
    for hour in range(9, 15):
        planned(area.nurse, area.municipal, hour=hour)
        area.relate(area.planner, area.visit(state="unplanned", reason="Full."))
    with django_assert_num_queries(23):
        client.get(DAY)


def test_what_a_visit_is_for_stays_with_those_who_may_open_the_patient(area, acting):
    failed = {"state": Visit.State.FAILED, "reason": "Var berusad", "starts_at": clock(10)}
    strange = area.visit(what="Dialys i hemmet", **failed)
    strange.roles.update(shift=area.shift(area.nurse))
    client = acting(area.planner)
    for url in (reverse("planner:day"), reverse("planner:unplanned")):
        html = client.get(url).content.decode()
        assert "patient utan vårdrelation" in html
        for words in (strange.what, strange.reason, strange.patient.name, str(strange.pk)):
            assert words not in html, words
