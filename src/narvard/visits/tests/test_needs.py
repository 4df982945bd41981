"""Asking for visits, ending it, and handing it over."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from narvard.access.models import CareRelation
from narvard.core.errors import Stale
from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from narvard.visits import actions
from narvard.visits.codes import UnknownCode
from narvard.visits.models import Visit, VisitNeed
from narvard.visits.roles import BadRoles, RoleSpec
from narvard.visits.rules import NotYourArea, NotYourNeed
from narvard.visits.tests.factories import AT, MONDAY, EpisodeFactory, clock


def add(area, episode=None, **changes):
    asked = {
        "episode": episode or area.episode(),
        "what": "Omläggning av bensår",
        "minutes": 40,
        "first_on": MONDAY,
        "roles": [RoleSpec(area.team)],
        "by": area.nurse,
        "at": AT,
    }
    return actions.add_need(**{**asked, **changes})


def test_a_need_is_kept_with_who_must_come(area):
    need = add(area, roles=[RoleSpec(area.team), RoleSpec(area.municipal.unit)], every_days=7, weekdays=[3, 0, 3])
    assert [role.unit for role in need.roles.all()] == [area.team, area.municipal.unit]
    assert need.weekdays == [0, 3]
    assert need.owner_unit == area.team
    event = AuditEvent.objects.get(what="visits.add_need")
    assert (event.staff, event.object_id) == (area.nurse.staff_id, str(need.pk))


def test_those_who_come_and_the_planner_may_meet_the_record(area):
    need = add(area, roles=[RoleSpec(area.team), RoleSpec(area.municipal.unit)])
    related = CareRelation.objects.filter(patient=need.patient, kind="visit", source_id=need.pk, until=None)
    assert set(related.values_list("unit", flat=True)) == {
        area.team.pk,
        area.municipal.unit_id,
        area.planner.unit_id,
    }


def test_a_visit_longer_than_any_shift_is_refused_in_words(area):
    area.shift(area.nurse, break_minutes=30)
    with pytest.raises(actions.LongerThanShifts, match=r"460 min, längre .* Närsjukvårdsteamet \(längst 450 min\)"):
        add(area, minutes=460)
    assert add(area, minutes=450).minutes == 450


def test_a_unit_without_known_shifts_may_be_asked(area):
    assert add(area, minutes=500).minutes == 500


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"what": "  "}, actions.BadNeed),
        ({"minutes": 4}, actions.BadNeed),
        ({"minutes": 601}, actions.BadNeed),
        ({"window_from": 600, "window_until": 600}, actions.BadNeed),
        ({"window_until": 1441}, actions.BadNeed),
        ({"last_on": MONDAY - timedelta(days=1)}, actions.BadNeed),
        ({"every_days": 0}, actions.BadNeed),
        ({"weekdays": [7]}, actions.BadNeed),
        ({"times_a_day": 0}, actions.BadNeed),
        ({"roles": []}, BadRoles),
        ({"code": "ZZ999"}, UnknownCode),
    ],
)
def test_what_contradicts_itself_is_refused(area, changes, error):
    with pytest.raises(error):
        add(area, **changes)
    assert not VisitNeed.objects.exists()


def test_a_closed_unit_is_not_asked(area):
    closed = CareUnitFactory(name="Gamla teamet", closed_on=date(2026, 10, 1))
    with pytest.raises(BadRoles, match="Gamla teamet"):
        add(area, roles=[RoleSpec(closed)])


def test_an_ended_episode_asks_for_nothing(area):
    with pytest.raises(actions.NeedEnded):
        add(area, episode=EpisodeFactory(unit=area.team, ended_at=AT))


def test_ending_calls_off_what_has_not_begun(area):
    need = add(area, every_days=1)
    actions.generate_day(care_area="umea", date=MONDAY, by=area.planner, at=AT)
    actions.end_need(need=need, reason="Såret är läkt.", by=area.nurse, at=AT)
    visit = Visit.objects.get()
    assert (visit.state, visit.reason) == ("cancelled", "Såret är läkt.")
    assert not CareRelation.objects.filter(source_id=need.pk, until=None).exists()
    assert not actions.generate_day(care_area="umea", date=MONDAY + timedelta(days=1), by=area.planner, at=AT)


def test_a_unit_that_has_been_there_can_finish_its_notes(area):
    need = add(area, every_days=1)
    (visit,) = actions.generate_day(care_area="umea", date=MONDAY, by=area.planner, at=AT)
    actions.start_visit(visit=visit, by=area.nurse, at=clock(9))
    actions.end_need(need=need, reason="Klart.", by=area.nurse, at=clock(10))
    left = CareRelation.objects.get(source_id=need.pk, unit=area.team, until__gt=clock(10))
    assert left.until == clock(10) + timedelta(days=14)
    assert Visit.objects.get().state == "started"


def test_ending_twice_and_stale_pages_are_refused(area):
    need = add(area)
    with pytest.raises(Stale):
        actions.end_need(need=need, reason="Klart.", by=area.nurse, at=AT, expected=need.version + 1)
    actions.end_need(need=need, reason="Klart.", by=area.nurse, at=AT)
    with pytest.raises(actions.NeedEnded):
        actions.end_need(need=need, reason="Klart.", by=area.nurse, at=AT)


def test_handing_over_moves_the_need_and_what_has_not_begun(area):
    need = add(area, every_days=1, roles=[RoleSpec(area.team, preferred_staff=area.nurse.staff)])
    (visit,) = actions.generate_day(care_area="umea", date=MONDAY, by=area.planner, at=AT)
    receiver = EpisodeFactory(unit=area.municipal.unit, patient=need.patient)
    (moved,) = actions.move_needs(giver=need.episode, receiver=receiver, by=area.nurse, at=AT)
    visit.refresh_from_db()
    role = moved.roles.get()
    assert (moved.pk, moved.episode, moved.owner_unit) == (need.pk, receiver, area.municipal.unit)
    assert (role.unit, role.preferred_staff) == (area.municipal.unit, None)
    assert (visit.owner_unit, visit.episode, visit.state) == (area.municipal.unit, receiver, "to_plan")
    assert visit.roles.get().unit == area.municipal.unit
    open_units = CareRelation.objects.filter(source_id=need.pk, until=None).values_list("unit", flat=True)
    assert set(open_units) == {area.municipal.unit_id, area.planner.unit_id}


def test_handing_over_leaves_what_happened_with_those_who_did_it(area):
    need = add(area, every_days=1)
    (visit,) = actions.generate_day(care_area="umea", date=MONDAY, by=area.planner, at=AT)
    actions.start_visit(visit=visit, by=area.nurse, at=clock(9))
    receiver = EpisodeFactory(unit=area.municipal.unit, patient=need.patient)
    actions.move_needs(giver=need.episode, receiver=receiver, by=area.nurse, at=clock(10))
    visit.refresh_from_db()
    assert (visit.owner_unit, visit.roles.get().unit) == (area.team, area.team)
    assert not actions.generate_day(care_area="umea", date=MONDAY, by=area.planner, at=clock(10))


@pytest.mark.parametrize("bad", [{"minutes": 0}, {"window_until": 10}, {"every_days": 0}])
def test_the_database_holds_the_same_rules(area, bad):
    need = add(area)
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitNeed.objects.filter(pk=need.pk).update(**bad)


def test_only_who_asks_and_who_plans_the_area_changes_what_is_asked_for(area):
    need = add(area, roles=[RoleSpec(area.team), RoleSpec(area.municipal.unit)])
    with pytest.raises(NotYourNeed, match="som planerar området"):
        actions.end_need(need=need, reason="Nej", by=area.municipal, at=AT)
    with pytest.raises(NotYourNeed):
        add(area, by=area.municipal)
    elsewhere = CommissionFactory(role="planner", unit=CareUnitFactory(care_area="skelleftea"))
    with pytest.raises(NotYourNeed):
        actions.end_need(need=need, reason="Nej", by=elsewhere, at=AT)
    assert actions.end_need(need=need, reason="Läkt", by=area.planner, at=AT).ended_at == AT


def test_only_who_plans_the_area_holds_a_visit_to_its_people(area):
    visit = area.visit()
    for act in (
        lambda: actions.pin_visit(visit=visit, pinned=True, by=area.nurse, at=AT),
        lambda: actions.place_visit(visit=visit, token="", by=area.nurse, at=AT),
    ):
        with pytest.raises(NotYourArea):
            act()
    with pytest.raises(NotYourNeed):
        actions.cancel_visit(visit=visit, reason="Nej", by=area.municipal, at=AT)
