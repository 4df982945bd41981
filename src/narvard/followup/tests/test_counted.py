"""What the newer indicators count: needs nobody took, plans, reviews, deviations, faces, and who is hidden."""

from datetime import UTC, date, datetime

import pytest

from narvard.access.tests.factories import ConsentFactory
from narvard.capacity.models import NeedCell
from narvard.care.models import Episode
from narvard.deviations.tests.factories import make_world
from narvard.engines.evidence import continuity
from narvard.followup.indicators.figure import ALL, Figure
from narvard.followup.indicators.figures import figures
from narvard.followup.indicators.periods import Period
from narvard.organisation.models import Base, Profession, Programme
from narvard.organisation.tests.factories import (
    CareProviderFactory,
    CareUnitFactory,
    CommissionFactory,
    MunicipalityFactory,
)
from narvard.people.models import SegmentAssignment
from narvard.people.tests.factories import PatientFactory
from narvard.visits.models import Visit
from narvard.visits.tests.factories import EpisodeFactory, ShiftFactory, VisitFactory, clock

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 7, 12, 0, tzinfo=UTC)
PERIOD = Period("umea", date(2026, 11, 1), date(2026, 12, 1), AT)


def found(indicator: str, place: str = "", programme: str = "", segment: str = ALL) -> Figure:
    rows = {row.cell: row for row in figures(PERIOD) if row.indicator == indicator}
    return rows[programme, place, segment]


def enrolled(count: int, programme: Programme | None = None, **patient: object) -> list[Episode]:
    rows = []
    for _ in range(count):
        who = PatientFactory(**patient)
        consent = ConsentFactory(patient=who)
        rows.append(
            EpisodeFactory(
                patient=who,
                kind=Episode.Kind.ENROLMENT,
                form=Episode.Form.ENROLMENT,
                consent=consent,
                programme=programme,
            )
        )
    return rows


def visit(episode: Episode, hour: int = 9, **fields: object) -> Visit:
    return VisitFactory(episode=episode, state=Visit.State.DONE, starts_at=clock(hour), **fields)


def test_reviews_are_those_of_the_enrolled_who_had_one() -> None:
    episodes = enrolled(12)
    for episode in episodes[:5]:
        visit(episode, code="NV206")
    visit(episodes[5], code="NV101")
    row = found("medication_reviews")
    assert (row.count, row.of) == (5, 12)


def test_deviations_stand_per_thousand_visits() -> None:
    episodes = enrolled(10)
    for episode in episodes:
        visit(episode)
    world = make_world()
    visit(EpisodeFactory(patient=world.patient))
    for _ in range(6):
        world.report()
    row = found("deviations")
    assert (row.count, row.of) == (6, pytest.approx(0.011))
    assert row.value == pytest.approx(6 / 0.011)


def test_continuity_from_the_databases_counts_is_that_of_the_engine() -> None:
    ann, bo, cilla = (ShiftFactory(commission=nurse()) for _ in range(3))
    seen = (ann, bo, ann, cilla, ann)
    for episode in enrolled(5):
        for hour, shift in enumerate(seen, start=8):
            visit(episode, hour).roles.update(shift=shift)
    expected = continuity([shift.pk for shift in seen])
    assert found("nurse_continuity").value == pytest.approx(expected.coc)
    assert found("nurse_upc").value == pytest.approx(expected.upc)


def nurse() -> object:
    return CommissionFactory(staff__profession=Profession.NURSE)


def test_a_person_in_two_programmes_is_one_person_of_all() -> None:
    first, second = (Programme.objects.create(name=name, key=name) for name in ("ett", "tva"))
    for episode in enrolled(6, first):
        EpisodeFactory(
            patient=episode.patient,
            kind=Episode.Kind.ENROLMENT,
            form=Episode.Form.ENROLMENT,
            consent=episode.consent,
            programme=second,
        )
    assert found("coverage").count == 6
    assert found("coverage", programme="ett").count == 6
    assert found("coverage", programme="tva").count == 6


def test_one_segment_that_is_hidden_hides_the_next_smallest() -> None:
    by = CommissionFactory()
    region, municipality = CareProviderFactory(name="Region"), CareProviderFactory(name="Kommun")
    team, nursing = CareUnitFactory(provider=region), CareUnitFactory(provider=municipality)
    for segment, joint, alone in (("mest_sjuka", 20, 20), ("multisviktande", 8, 8), ("sviktande", 2, 8)):
        for count, units in ((joint, [team, nursing]), (alone, [team])):
            for episode in enrolled(count):
                SegmentAssignment.objects.create(
                    patient=episode.patient, owner_unit=by.unit, segment=segment, since=clock(7), recorded_by=by
                )
                visit(episode, roles=units)
    assert found("joint", segment="mest_sjuka").count == 20
    assert found("joint", segment="multisviktande").hidden
    assert found("joint", segment="sviktande").hidden
    assert found("joint").of == 66


def test_equity_draws_small_places_towards_the_common_ratio() -> None:
    codes = ("2480", "2460", "2403", "2404")
    for code, near, count in zip(codes, (0.0, 0.3, 0.6, 0.9), (40, 12, 8, 6), strict=True):
        place = MunicipalityFactory(code=code, name=code, care_area="umea", latitude=63.8 + near, longitude=20.2)
        NeedCell.objects.create(
            scenario=PERIOD.scenario, municipality=place, age_band="65-79", segment="mest_sjuka", persons=500,
            in_need=100, source="test",
        )  # fmt: skip
        enrolled(count, municipality=place)
    Base.objects.create(name="Bas", municipality_id="2480", latitude=63.8, longitude=20.2, sort_key="bas")
    high, low = found("equity", "2480"), found("equity", "2404")
    assert 1 < (high.value or 0) < 40 / 16.5
    assert 6 / 16.5 < (low.value or 0) < 1
    assert (found("equity_distance").high or 9) < 1


def test_too_few_places_are_no_equity() -> None:
    enrolled(6)
    assert found("equity") == Figure("equity")
    assert found("equity_distance") == Figure("equity_distance")
