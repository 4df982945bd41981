"""Care relations kept by the acts are those that follow from the needs and visits as they stand."""

from datetime import timedelta

from narvard.access.models import CareRelation
from narvard.access.queries import current
from narvard.organisation.models import CareUnit
from narvard.visits import actions
from narvard.visits.models import Visit, VisitNeed
from narvard.visits.relations import AFTERWORK
from narvard.visits.roles import RoleSpec
from narvard.visits.tests.factories import AT, MONDAY, EpisodeFactory, clock


def kept(at) -> set[tuple]:
    """What stands in the register at an instant."""
    rows = CareRelation.objects.filter(current(at), kind=CareRelation.Kind.VISIT)
    return set(rows.values_list("patient", "unit", "source_id"))


def recomputed(at) -> set[tuple]:
    """What ought to stand there, from needs and visits alone."""
    planners = list(CareUnit.objects.filter(kind=CareUnit.Kind.INTAKE).values_list("pk", flat=True))
    found = set()
    for need in VisitNeed.objects.prefetch_related("roles", "visits__roles"):
        units = {role.unit_id for role in need.roles.all()} | set(planners)
        if need.ended_at is not None and need.ended_at <= at:
            happened = [v for v in need.visits.all() if v.state in {"started", "done", "failed"}]
            came = {role.unit_id for visit in happened for role in visit.roles.all()}
            units = units & came if at < need.ended_at + AFTERWORK else set()
        found |= {(need.patient_id, unit, need.pk) for unit in units}
    for visit in Visit.objects.filter(need=None).exclude(state="cancelled").prefetch_related("roles"):
        if at < visit.window_end + AFTERWORK:
            units = {role.unit_id for role in visit.roles.all()} | set(planners)
            found |= {(visit.patient_id, unit, visit.pk) for unit in units}
    return found


def test_the_register_follows_the_sources_through_a_life(area):
    both = [RoleSpec(area.team), RoleSpec(area.municipal.unit)]
    asked = {"what": "Omläggning", "minutes": 30, "first_on": MONDAY, "every_days": 1, "by": area.nurse, "at": AT}
    stays, ends, moves = (
        actions.add_need(episode=area.episode(), roles=roles, **asked) for roles in (both, both, both[:1])
    )
    window = {"window_start": clock(10), "window_end": clock(12), "minutes": 30, "by": area.nurse, "at": AT}
    single = actions.add_visit(episode=area.episode(), what="Andnöd", roles=both, **window)
    called_off = actions.add_visit(episode=area.episode(), what="Fall", roles=both, **window)
    assert kept(AT) == recomputed(AT) != set()

    for visit in actions.generate_day(care_area="umea", date=MONDAY, by=area.planner, at=AT):
        if visit.need_id == ends.pk:
            actions.start_visit(visit=visit, by=area.nurse, at=clock(9))
    actions.end_need(need=ends, reason="Läkt.", by=area.nurse, at=clock(10))
    actions.cancel_visit(visit=called_off, reason="Mår bra.", by=area.nurse, at=clock(10))
    receiver = EpisodeFactory(unit=area.municipal.unit, patient=moves.patient)
    actions.move_needs(giver=moves.episode, receiver=receiver, by=area.nurse, at=clock(10))
    assert kept(clock(11)) == recomputed(clock(11))
    assert (stays.patient_id, area.team.pk, stays.pk) in kept(clock(11))
    assert (called_off.patient_id, area.team.pk, called_off.pk) not in kept(clock(11))

    later = clock(12) + AFTERWORK + timedelta(days=1)
    assert kept(later) == recomputed(later)
    assert not {row for row in kept(later) if row[2] in {single.pk, ends.pk}}
