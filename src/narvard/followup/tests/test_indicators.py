"""The indicators: who is counted, among whom, and who may not be shown."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from narvard.access.tests.factories import ConsentFactory
from narvard.capacity.models import NeedCell
from narvard.care import actions as care
from narvard.care.models import Episode
from narvard.care.tests.factories import AT as MORNING
from narvard.care.tests.factories import make_area as care_area
from narvard.engines.evidence import share
from narvard.followup.definitions import WrongDefinition, definitions, read
from narvard.followup.indicators.counting.enrolled import count_enrolled
from narvard.followup.indicators.counting.requests import count_handovers, count_requests
from narvard.followup.indicators.figure import Figure
from narvard.followup.indicators.figures import base, figures
from narvard.followup.indicators.periods import Period, WrongPeriod
from narvard.followup.indicators.tally import Tally
from narvard.intake.models import CareRequest
from narvard.intake.tests.world import World, build
from narvard.organisation.models import Commission, Profession
from narvard.organisation.tests.factories import (
    CareProviderFactory,
    CareUnitFactory,
    CommissionFactory,
    MunicipalityFactory,
)
from narvard.people.tests.factories import PatientFactory
from narvard.visits.models import Visit
from narvard.visits.tests.factories import EpisodeFactory, ShiftFactory, VisitFactory, clock

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
LATER = datetime(2026, 12, 7, 12, 0, tzinfo=UTC)


def period(at: datetime = LATER, **changes: object) -> Period:
    values = {"care_area": "umea", "start": date(2026, 11, 1), "end": date(2026, 12, 1), "at": at}
    return Period(**{**values, **changes})


def of(indicator: str, found: list[Figure]) -> dict[str, Figure]:
    """The indicator's figures for all programmes and segments, by place."""
    return {figure.place: figure for figure in base(found) if figure.indicator == indicator}


def counted(count: object, indicator: str, at: datetime = LATER) -> tuple[int, int]:
    """How many met it, of how many, in all."""
    tally = Tally(period(at))
    count(tally)
    rows = [sums for (name, programme, _, _), sums in tally.sums.items() if (name, programme) == (indicator, "")]
    return sum(row.count for row in rows), sum(int(row.of) for row in rows)


def visited(request: CareRequest, at: datetime | None) -> None:
    """Somebody came at ``at``; not yet, if None."""
    team = request.team
    episode = EpisodeFactory(patient=request.patient, unit=team, request=request)
    made = {"state": Visit.State.DONE, "starts_at": at, "date": at.date()} if at else {}
    VisitFactory(episode=episode, **made)


def patients(count: int, **fields: object) -> list[object]:
    return [PatientFactory(**fields) for _ in range(count)]


@pytest.fixture
def world() -> World:
    return build()


def test_who_never_came_counts_and_who_is_not_due_does_not(world: World) -> None:
    monday = world.asked()
    visited(monday, clock(11, day=date(2026, 11, 24)))
    late = world.asked(patient=PatientFactory(municipality=world.patient.municipality))
    visited(late, clock(11, day=date(2026, 11, 25)))
    never = world.asked(patient=PatientFactory(municipality=world.patient.municipality))
    visited(never, None)
    world.send(patient=PatientFactory(municipality=world.patient.municipality), urgency="planned")
    assert counted(count_requests, "next_weekday") == (1, 3)
    # On the Tuesday itself only the one who was visited is known.
    tuesday = clock(15, day=date(2026, 11, 24))
    assert counted(count_requests, "next_weekday", tuesday) == (1, 1)


def test_a_friday_request_may_be_met_on_monday(world: World) -> None:
    friday = world.asked(at=clock(15, day=date(2026, 11, 20)))
    visited(friday, clock(10, day=MONDAY))
    assert counted(count_requests, "next_weekday") == (1, 1)


def test_hours_to_the_first_visit_follow_those_who_wait(world: World) -> None:
    for hours in (2, 4, 6, 8, 10, None):
        request = world.asked(patient=PatientFactory(municipality=world.patient.municipality))
        visited(request, None if hours is None else request.registered_at + timedelta(hours=hours))
    found = of("first_visit", figures(period()))["2480"]
    # Of six the third has been visited when half have: the one without a visit still waits.
    assert (found.value, found.count, found.of) == (6.0, 5, 6)


def test_hand_overs_by_the_next_weekday() -> None:
    area = care_area()
    answers = []
    for days in (0, 1, 2, None):
        area.patient = PatientFactory(municipality=area.patient.municipality)
        area.patient.listed_at, area.patient.home_nursing = area.health_centre.unit, True
        area.patient.save()
        handover = area.propose(area.enrol(), area.health_centre)
        if days is not None:
            at = MORNING + timedelta(days=days, hours=3)
            care.accept_handover(handover=handover, by=area.health_centre, at=at)
        answers.append(days)
    assert counted(count_handovers, "handover_accepted") == (2, 4)
    assert counted(count_handovers, "handover_accepted", MORNING + timedelta(hours=12))[1] == 3


def test_named_physicians_of_the_enrolled() -> None:
    area = care_area()
    area.enrol()
    doctor = CommissionFactory(
        unit=area.health_centre.unit, role=Commission.Role.PHYSICIAN, staff__profession=Profession.PHYSICIAN
    )
    other = PatientFactory(municipality=area.patient.municipality)
    EpisodeFactory(patient=other, unit=area.team.unit)  # a contact is no enrolment
    care.designate_contact(
        patient=area.patient,
        kind="physician_contact",
        staff=doctor.staff,
        unit=doctor.unit,
        by=doctor,
        at=MORNING + timedelta(hours=1),
    )
    assert counted(count_enrolled, "named_physician") == (1, 1)
    assert counted(count_enrolled, "named_physician", MORNING + timedelta(minutes=30)) == (0, 1)


def made(people: int, *units: object, **fields: object) -> None:
    for patient in patients(people):
        episode = EpisodeFactory(patient=patient)
        VisitFactory(
            episode=episode,
            roles=list(units) or None,
            state=Visit.State.DONE,
            starts_at=clock(9),
            **fields,
        )


def test_joint_visits_are_by_two_providers() -> None:
    region, municipality = CareProviderFactory(name="Region"), CareProviderFactory(name="Kommun")
    team, other = CareUnitFactory(provider=region), CareUnitFactory(provider=region)
    nursing = CareUnitFactory(provider=municipality)
    made(6, team, nursing)
    made(8, team, other)
    VisitFactory(roles=[team, nursing])  # planned, not made
    found = of("joint", figures(period()))
    expected = share(6, 14).interval
    assert found["2480"] == Figure("joint", "2480", count=6, of=14, value=6 / 14, low=expected.low, high=expected.high)
    assert found[""].of == 14


def test_too_few_are_not_shown_nor_to_be_reckoned_from_the_whole() -> None:
    vannas = MunicipalityFactory(code="2460", name="Vännäs")
    bjurholm = MunicipalityFactory(code="2403", name="Bjurholm")
    region, municipality = CareProviderFactory(name="Region"), CareProviderFactory(name="Kommun")
    team, nursing = CareUnitFactory(provider=region), CareUnitFactory(provider=municipality)
    for place, joint, alone in ((None, 20, 20), (vannas, 6, 6), (bjurholm, 2, 8)):
        for count, units in ((joint, [team, nursing]), (alone, [team])):
            for patient in patients(count, **({"municipality": place} if place else {})):
                VisitFactory(
                    episode=EpisodeFactory(patient=patient), roles=units, state=Visit.State.DONE, starts_at=clock(9)
                )
    found = of("joint", figures(period()))
    assert found["2403"] == Figure("joint", "2403", hidden=True)
    # Vännäs is hidden too, though it has enough: else Bjurholm is the whole less the others.
    assert found["2460"].hidden
    assert found["2480"].of == 40
    assert found[""].of == 62


def test_continuity_is_of_those_who_came() -> None:
    ann, bo = (CommissionFactory(staff__profession=Profession.NURSE) for _ in range(2))
    doctor = CommissionFactory(staff__profession=Profession.PHYSICIAN)
    shifts = {who: ShiftFactory(commission=who) for who in (ann, bo, doctor)}
    for patient in patients(5):
        episode = EpisodeFactory(patient=patient)
        for hour, who in enumerate((ann, ann, bo, doctor), start=8):
            visit = VisitFactory(episode=episode, state=Visit.State.DONE, starts_at=clock(hour))
            visit.roles.update(shift=shifts[who])
    found = figures(period())
    nurses = of("nurse_continuity", found)["2480"]
    assert nurses.value == pytest.approx((4 + 1 - 3) / 6)
    assert nurses.of == 5
    # One visit each by the physician: fewer than three say nothing.
    assert of("physician_continuity", found)["2480"] == Figure("physician_continuity", "2480", of=0)


def test_coverage_counts_persons_once() -> None:
    place = MunicipalityFactory()
    NeedCell.objects.create(
        scenario="population2021",
        municipality=place,
        age_band="65-79",
        segment="mest_sjuka",
        persons=50,
        in_need=20.0,
        source="test",
    )
    for patient in patients(6):
        enrolled = {"kind": Episode.Kind.ENROLMENT, "form": Episode.Form.ENROLMENT}
        for _ in range(2):  # at two teams
            EpisodeFactory(patient=patient, consent=ConsentFactory(patient=patient), **enrolled)
    found = of("coverage", figures(period()))["2480"]
    assert (found.count, found.of, found.value) == (6, 20, pytest.approx(0.3))
    none = of("coverage", figures(period(scenario="another")))["2480"]
    assert none == Figure("coverage", "2480", count=6)


def test_figures_stand_in_the_order_of_the_definitions() -> None:
    MunicipalityFactory()
    order = [figure.indicator for figure in figures(period())]
    changes = [a for a, b in pairwise([*order, ""]) if a != b]
    from_file = [definition.id for definition in definitions()]
    assert changes == from_file


def test_a_definition_says_everything_in_both_languages() -> None:
    row = {"id": "x", "formula": "a/b", "source": "s", "kind": "share", "perspective": "staff", "better": "up"} | {
        name: {"sv": "ord", "en": "word"} for name in ("name", "numerator", "denominator", "interval", "mind")
    }
    assert read(row).id == "x"
    with pytest.raises(WrongDefinition):
        read(row | {"kind": "guess"})
    with pytest.raises(WrongDefinition):
        read(row | {"name": {"sv": "ord"}})
    with pytest.raises(WrongDefinition):
        read({"id": "x"})


def test_periods_that_are_none() -> None:
    with pytest.raises(WrongPeriod):
        period(end=date(2026, 11, 1))
    with pytest.raises(WrongPeriod):
        period(at=datetime(2026, 10, 1, tzinfo=UTC))
