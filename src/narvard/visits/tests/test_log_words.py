"""What somebody wrote as a reason stays in the room's own row: the log holds codes and ids, never the words."""

from narvard.core.models import AuditEvent
from narvard.visits import actions
from narvard.visits.models import VisitNeed
from narvard.visits.roles import RoleSpec
from narvard.visits.tests.factories import AT, MONDAY, clock

SECRET = "Hon har fått lunginflammation"


def no_words(*whats: str) -> None:
    assert set(AuditEvent.objects.filter(what__in=whats).values_list("what", flat=True)) == set(whats)
    assert [r for r in AuditEvent.objects.values_list("reason", flat=True) if "lunginflammation" in r] == []


def test_a_visit_called_off_or_not_made(area):
    first, second = area.visit(), area.visit()
    actions.cancel_visit(visit=first, reason=SECRET, by=area.nurse, at=AT)
    actions.fail_visit(visit=second, reason=SECRET, by=area.nurse, at=AT)
    no_words("visits.cancel_visit", "visits.fail_visit")
    assert AuditEvent.objects.get(what="visits.cancel_visit").reason == "cancelled"
    for visit in (first, second):
        visit.refresh_from_db()
        assert visit.reason == SECRET


def test_a_need_that_ends_keeps_why(area):
    need = actions.add_need(
        episode=area.episode(), what="Omläggning", minutes=30, first_on=MONDAY, roles=[RoleSpec(area.team)],
        by=area.nurse, at=AT,
    )  # fmt: skip
    actions.end_need(need=need, reason=SECRET, by=area.nurse, at=AT)
    no_words("visits.end_need")
    assert VisitNeed.objects.get().end_reason == SECRET


def test_a_stop_of_everything(area):
    visit = area.visit()
    actions.cancel_visits_of(patient=visit.patient, reason=SECRET, by=area.nurse, at=AT)
    no_words("visits.cancel_visits_of", "visits.cancel_visit")
    assert actions.stop_visits(patient=area.visit(patient=visit.patient).patient, reason=SECRET, by=area.nurse, at=AT)
    no_words("visits.stop_visits", "visits.cancel_visit")


def test_a_shift_called_off(area):
    shift = area.shift(area.nurse)
    actions.cancel_shift(shift=shift, reason=SECRET, by=area.planner, at=clock(6))
    no_words("visits.cancel_shift")
    shift.refresh_from_db()
    assert shift.cancel_reason == SECRET
