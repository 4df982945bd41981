"""Two at once: the second waits for the first, and then sees what it did."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from narvard.core.errors import NarvardError
from narvard.organisation.tests.factories import CommissionFactory
from narvard.visits import actions
from narvard.visits.models import Shift, Visit
from narvard.visits.tests.factories import AT, MONDAY, VisitNeedFactory, clock, make_area

# The second must still be waiting after this long; without a lock it is done in a few milliseconds.
STILL_WAITING_SECONDS = 0.5
PATIENCE_SECONDS = 15


def second_while_first_is_open(first: Callable[[], object], second: Callable[[], object]) -> list[object]:
    """Run ``second`` in a thread of its own while ``first`` has acted and not committed; what came of ``second``."""
    came: list[object] = []

    def run() -> None:
        try:
            came.append(second())
        except NarvardError as error:
            came.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        first()
        thread.start()
        thread.join(STILL_WAITING_SECONDS)
        assert thread.is_alive(), f"the second did not wait: {came}"
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
    return came


@pytest.mark.django_db(transaction=True)
def test_two_employers_booking_the_same_person_at_once():
    area = make_area()
    shared = CommissionFactory(staff=area.nurse.staff, unit=area.municipal.unit)

    def book(commission, hour):
        return actions.add_shift(
            commission=commission,
            starts_at=clock(hour),
            ends_at=clock(hour + 8),
            base=area.base,
            by=area.planner,
            at=AT,
        )

    came = second_while_first_is_open(lambda: book(area.nurse, 8), lambda: book(shared, 9))
    assert [type(each) for each in came] == [actions.ShiftsOverlap]
    assert Shift.objects.get().commission == area.nurse


@pytest.mark.django_db(transaction=True)
def test_two_planners_making_the_same_day_at_once():
    area = make_area()
    VisitNeedFactory(episode=area.episode(), times_a_day=2)

    def make():
        return actions.generate_day(care_area="umea", date=MONDAY, by=area.planner, at=AT)

    came = second_while_first_is_open(make, make)
    assert came == [[]]
    assert Visit.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_of_a_crew_starting_the_same_visit_at_once():
    area = make_area()
    visit = area.visit(area.team, area.team)

    def start(by):
        return actions.start_visit(visit=visit, by=by, at=clock(9), expected=1)

    came = second_while_first_is_open(lambda: start(area.nurse), lambda: start(area.colleague))
    assert [str(each)[:25] for each in came] == ["Någon annan hann före: upp"[:25]]
    assert Visit.objects.get().version == 2
