"""Each rule's lines, to the krona, and what they follow from."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from narvard.care.models import HospitalStay
from narvard.core.calendar import at_local
from narvard.followup.payment import actions, terms
from narvard.followup.payment.models import Settled
from narvard.followup.payment.statements import agreements, by_party, may_trace, statement
from narvard.followup.payment.tests.factories import AT, NOVEMBER, TERMS, Parties
from narvard.organisation.tests.factories import CareProviderFactory
from narvard.visits.models import Visit, VisitRole

pytestmark = pytest.mark.django_db


@pytest.fixture
def both() -> Parties:
    return Parties()


def local(day: int, hour: int = 8) -> datetime:
    return at_local(date(2026, 11, day), hour * 60)


def visit(both: Parties, day: int = 3, hours: float = 1.5, **more: object) -> Visit:
    """A visit that the town's nurse made for the region's team."""
    episode = both.area.patient.episode_set.first() or both.area.enrol(at=local(2))
    start = local(day, 9)
    row = Visit.objects.create(
        patient=both.area.patient,
        owner_unit=both.area.team.unit,
        episode=episode,
        date=start.date(),
        what="omläggning",
        minutes=60,
        window_start=start,
        window_end=start + timedelta(hours=4),
        starts_at=start,
        ends_at=start + timedelta(hours=hours),
        state="done",
        **more,
    )
    VisitRole.objects.create(visit=row, unit=both.area.home_nursing.unit)
    return row


def test_outcome_is_a_twelfth_in_parts_and_undecided_is_nothing(both):
    row = both.agree("outcome")
    told = statement(row, NOVEMBER, AT)
    assert [(line.what, line.amount) for line in told.lines] == [
        ("fixed", Decimal("95000.00")),
        ("acute-undecided", Decimal("0.00")),
        ("experience-undecided", Decimal("0.00")),
    ]
    decide = {"agreement": row.pk, "month": NOVEMBER, "reason": "Enkät gjord", "by": both.region, "at": AT}
    actions.decide_part(part="experience", met=True, **decide)
    actions.decide_part(part="acute", met=False, **decide)
    assert statement(row, NOVEMBER, AT).total == Decimal("97500.00")
    actions.decide_part(part="acute", met=True, **decide)
    assert statement(row, NOVEMBER, AT).total == Decimal("100000.00")


def test_days_at_home_are_noons_enrolled_and_not_in_hospital(both):
    episode = both.area.enrol(at=local(2, 15))
    ward = both.area.ward
    HospitalStay.objects.create(
        patient=both.area.patient,
        owner_unit=ward.unit,
        ward=ward.unit,
        admitted_at=local(10, 9),
        discharged_at=local(12, 14),
        registered_at=local(10, 9),
        registered_by=ward,
    )
    row = both.agree("days")
    (line,) = statement(row, NOVEMBER, AT).lines
    # Enrolled on the 2nd after noon; 3rd to 23rd are 21 noons, less the 10th, 11th and 12th.
    assert (line.quantity, line.amount, line.on) == (Decimal(18), Decimal("8100.00"), "2026-11-03/2026-11-23")
    assert line.rows == (str(episode.pk),)


def test_somebody_of_another_municipality_or_before_the_agreement_is_not_paid_for(both):
    both.area.enrol(at=local(2))
    assert statement(both.agree("days", since=date(2026, 11, 22)), NOVEMBER, AT).lines[0].quantity == 2
    both.area.patient.municipality = None
    both.area.patient.save()
    assert statement(both.agree("days"), NOVEMBER, AT).lines == []


def test_hours_and_visits_of_the_payee_follow_from_visits_made(both):
    made = visit(both)
    visit(both, day=30, hours=1)
    Visit.objects.filter(date=date(2026, 11, 30)).update(state="planned")
    (line,) = statement(both.agree("personnel"), NOVEMBER, AT).lines
    assert (line.quantity, line.price, line.amount) == (Decimal("1.50"), Decimal("280.0"), Decimal("420.00"))
    (bought,) = statement(both.agree("service"), NOVEMBER, AT).lines
    assert (bought.amount, bought.rows) == (Decimal("900.00"), (str(made.pk),))
    assert statement(both.agree("service"), date(2026, 10, 1), AT).lines == []


def test_a_visit_by_two_is_two_persons_hours_and_one_visit(both):
    VisitRole.objects.create(visit=visit(both), unit=both.area.home_nursing.unit, position=2)
    assert statement(both.agree("personnel"), NOVEMBER, AT).total == Decimal("840.00")
    assert statement(both.agree("service"), NOVEMBER, AT).total == Decimal("900.00")


def test_a_programme_narrows_it(both):
    visit(both)
    own, other = both.area.team.unit.team.programme, both.area.other_team.unit.team.programme
    assert len(statement(both.agree("service", programme=own), NOVEMBER, AT).lines) == 1
    assert statement(both.agree("service", programme=other), NOVEMBER, AT).lines == []


def test_a_settled_month_stays_as_it_was(both):
    visit(both)
    row = both.agree("service")
    december = local(30) + timedelta(days=2)
    settled = actions.settle(agreement=row.pk, month=NOVEMBER, by=both.region, at=december)
    visit(both, day=5)
    told = statement(row, NOVEMBER, december)
    assert (told.settled, told.total, settled.total) == (settled, Decimal("900.00"), Decimal("900.00"))
    assert told.lines[0].rows
    for again in (
        lambda: actions.settle(agreement=row.pk, month=NOVEMBER, by=both.region, at=december),
        lambda: actions.decide_part(
            agreement=row.pk, part="acute", month=NOVEMBER, met=True, reason="x", by=both.region, at=december
        ),
    ):
        with pytest.raises(actions.AlreadySettled):
            again()
    assert Settled.objects.count() == 1


def test_the_payer_decides_and_settles_when_the_month_has_ended(both):
    row = both.agree("outcome")
    with pytest.raises(actions.NotYours):
        actions.settle(agreement=row.pk, month=NOVEMBER, by=both.town, at=AT)
    with pytest.raises(actions.TooEarly):
        actions.settle(agreement=row.pk, month=NOVEMBER, by=both.region, at=AT)
    decide = {"agreement": row.pk, "month": NOVEMBER, "met": True, "by": both.region, "at": AT}
    for wrong in ({"part": "fixed", "reason": "x"}, {"part": "acute", "reason": " "}):
        with pytest.raises(actions.WrongAgreement):
            actions.decide_part(**decide, **wrong)
    with pytest.raises(actions.WrongAgreement):
        actions.settle(agreement=row.pk, month=date(2025, 12, 1), by=both.region, at=AT)


def test_agreements_that_cannot_be(both):
    with pytest.raises(actions.NotYours):
        both.agree("days", by=both.town)
    for wrong in ({"payee": both.region.unit.provider}, {"name": " "}, {"until": date(2026, 1, 1)}):
        with pytest.raises(actions.WrongAgreement):
            both.agree("days", **wrong)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("outcome", {"sum": "1", "fixed": "0.95"}),
        ("days", {"sum": "0"}),
        ("days", {"sum": "mycket"}),
        ("days", {"sum": "NaN"}),
        ("days", {"price": "1"}),
        ("personnel", {"sum": "1", "fixed": "1.7"}),
        ("service", {"sum": "1", "acute": "0.1"}),
        ("outcome", {**TERMS["outcome"], "fall": "1"}),
    ],
)
def test_terms_that_cannot_be(rule, told):
    with pytest.raises(terms.WrongTerms):
        terms.read(rule, told)


def test_each_party_and_nobody_else_sees_it_and_the_giver_of_care_traces_it(both):
    row = both.agree("service")
    visit(both)
    outsider = both.manager(CareProviderFactory())
    assert [list(agreements(who)) for who in (both.region, both.town, outsider)] == [[row], [row], []]
    assert [may_trace(who, row) for who in (both.region, both.town)] == [False, True]
    ((other, paid, received),) = by_party(both.region, NOVEMBER, AT)
    assert (other, paid, received) == (both.town.unit.provider, Decimal("900.00"), Decimal(0))
    assert by_party(both.town, NOVEMBER, AT)[0][1:] == (Decimal(0), Decimal("900.00"))
