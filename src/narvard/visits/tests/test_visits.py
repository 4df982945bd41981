"""Making the day's visits, and what becomes of each."""

from datetime import timedelta

import pytest

from narvard.access.models import CareRelation
from narvard.core.errors import Stale
from narvard.core.models import AuditEvent, AuditSubject
from narvard.organisation.tests.factories import CommissionFactory
from narvard.visits import actions
from narvard.visits.models import Visit
from narvard.visits.roles import RoleSpec
from narvard.visits.tests.factories import AT, MONDAY, EpisodeFactory, VisitNeedFactory, clock


def generate(area, day=MONDAY):
    return actions.generate_day(care_area="umea", date=day, by=area.planner, at=AT)


def test_the_day_is_made_once(area):
    need = VisitNeedFactory(episode=area.episode(), times_a_day=2, roles=[area.team, area.municipal.unit])
    VisitNeedFactory(episode=area.episode(), first_on=MONDAY + timedelta(days=1))
    visits = generate(area)
    assert [(v.need, v.occasion, v.window_start, v.window_end) for v in visits] == [
        (need, 1, clock(8), clock(12)),
        (need, 2, clock(12), clock(16)),
    ]
    assert [role.unit for role in visits[0].roles.all()] == [area.team, area.municipal.unit]
    assert generate(area) == []
    assert Visit.objects.count() == 2
    assert AuditEvent.objects.filter(what="visits.generate_day").count() == 1
    assert AuditSubject.objects.get(event__what="visits.generate_day").patient == need.patient_id


def test_a_visit_that_was_called_off_is_not_made_again(area):
    VisitNeedFactory(episode=area.episode())
    (visit,) = generate(area)
    actions.cancel_visit(visit=visit, reason="Är på sjukhus.", by=area.nurse, at=AT)
    assert generate(area) == []


def test_another_area_and_an_ended_episode_make_nothing(area):
    VisitNeedFactory(episode=EpisodeFactory(unit__care_area="skelleftea"))
    VisitNeedFactory(episode=EpisodeFactory(unit=area.team, ended_at=AT))
    assert generate(area) == []


def acute(area, **changes):
    asked = {
        "episode": area.episode(),
        "what": "Andnöd, bedömning",
        "minutes": 60,
        "window_start": clock(10),
        "window_end": clock(12),
        "roles": [RoleSpec(area.team)],
        "acute": True,
        "by": area.planner,
        "at": AT,
    }
    return actions.add_visit(**{**asked, **changes})


def test_an_acute_visit_lets_those_who_come_meet_the_record_for_a_while(area):
    visit = acute(area)
    assert (visit.date, visit.state, visit.acute, visit.owner_unit) == (MONDAY, "to_plan", True, area.team)
    relations = CareRelation.objects.filter(source_id=visit.pk)
    assert {r.unit_id for r in relations} == {area.team.pk, area.planner.unit_id}
    assert {r.until for r in relations} == {clock(12) + timedelta(days=14)}


@pytest.mark.parametrize(
    "changes",
    [
        {"what": ""},
        {"minutes": 1},
        {"window_end": clock(10)},
        {"window_start": clock(4), "window_end": clock(5)},
        {"mode": "other_place"},
    ],
)
def test_an_acute_visit_that_contradicts_itself_is_refused(area, changes):
    with pytest.raises(actions.BadVisit):
        acute(area, **changes)
    assert not Visit.objects.exists()


def test_an_acute_visit_needs_a_running_episode_and_a_long_enough_shift(area):
    with pytest.raises(actions.EpisodeEnded):
        acute(area, episode=EpisodeFactory(unit=area.team, ended_at=AT))
    area.shift(area.nurse, ends_at=clock(9))
    with pytest.raises(actions.LongerThanShifts):
        acute(area, minutes=61)


def test_start_and_done(area):
    visit = area.visit()
    shift = area.shift(area.nurse)
    actions.start_visit(visit=visit, by=area.nurse, at=clock(9))
    visit.refresh_from_db()
    assert (visit.state, visit.starts_at, visit.roles.get().shift) == ("started", clock(9), shift)
    done = actions.finish_visit(visit=visit, by=area.nurse, at=clock(9, 40))
    assert (done.state, done.ends_at) == ("done", clock(9, 40))
    assert [e.what for e in AuditEvent.objects.order_by("id")][-2:] == ["visits.start_visit", "visits.finish_visit"]


def test_a_visit_can_be_registered_afterwards(area):
    visit = area.visit()
    actions.start_visit(visit=visit, by=area.nurse, at=clock(15), happened_at=clock(9))
    done = actions.finish_visit(visit=visit, by=area.nurse, at=clock(15), happened_at=clock(9, 30))
    assert (done.starts_at, done.ends_at) == (clock(9), clock(9, 30))


def test_times_that_cannot_be_are_refused(area):
    visit = area.visit()
    with pytest.raises(actions.BadTime):
        actions.start_visit(visit=visit, by=area.nurse, at=clock(9), happened_at=clock(9, 1))
    actions.start_visit(visit=visit, by=area.nurse, at=clock(9))
    with pytest.raises(actions.BadTime):
        actions.finish_visit(visit=visit, by=area.nurse, at=clock(10), happened_at=clock(8, 59))


def test_what_has_begun_ended_or_not_begun_is_refused_by_its_name(area):
    visit = area.visit()
    with pytest.raises(actions.WrongState, match="ska planeras"):
        actions.finish_visit(visit=visit, by=area.nurse, at=clock(9))
    actions.start_visit(visit=visit, by=area.nurse, at=clock(9))
    with pytest.raises(actions.WrongState, match="pågår"):
        actions.start_visit(visit=visit, by=area.nurse, at=clock(9))
    with pytest.raises(actions.WrongState):
        actions.cancel_visit(visit=visit, reason="Nej", by=area.nurse, at=clock(9))


def test_only_those_who_come_act_in_the_visit(area):
    visit = area.visit()
    outsider = CommissionFactory()
    for act in (actions.start_visit, actions.finish_visit):
        visit.state = Visit.State.STARTED if act is actions.finish_visit else Visit.State.TO_PLAN
        visit.starts_at = clock(8)
        visit.save()
        with pytest.raises(actions.NotYourVisit):
            act(visit=visit, by=outsider, at=clock(9))
    with pytest.raises(actions.NotYourVisit):
        actions.fail_visit(visit=visit, reason="Ingen öppnade.", by=outsider, at=clock(9))


def test_what_could_not_be_done_needs_a_reason(area):
    visit = area.visit()
    with pytest.raises(actions.ReasonMissing):
        actions.fail_visit(visit=visit, reason=" ", by=area.nurse, at=clock(9))
    failed = actions.fail_visit(visit=visit, reason="Ingen öppnade.", by=area.nurse, at=clock(9))
    assert (failed.state, failed.reason, failed.ends_at) == ("failed", "Ingen öppnade.", clock(9))


def test_a_stale_page_changes_nothing(area):
    visit = area.visit()
    actions.start_visit(visit=visit, by=area.nurse, at=clock(9), expected=visit.version)
    with pytest.raises(Stale):
        actions.fail_visit(visit=visit, reason="Sent", by=area.nurse, at=clock(9), expected=visit.version)
    assert Visit.objects.get().state == "started"


def test_death_stops_everything_but_the_visit_under_way(area):
    need = VisitNeedFactory(episode=area.episode(), times_a_day=2)
    first, second = generate(area)
    actions.start_visit(visit=first, by=area.nurse, at=clock(9))
    stopped = actions.stop_visits(patient=need.patient, reason="Patienten har avlidit.", by=area.nurse, at=clock(9))
    need.refresh_from_db()
    assert [v.pk for v in stopped] == [second.pk]
    assert need.ended_at == clock(9)
    assert set(Visit.objects.values_list("state", flat=True)) == {"started", "cancelled"}
