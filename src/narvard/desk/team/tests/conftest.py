"""A nurse of a mobile team with a visit to make, signed in."""

from collections.abc import Callable

import pytest
from django.test import Client

from narvard.access.queries import SESSION_KEY
from narvard.organisation.models import Commission
from narvard.visits.models import Visit
from narvard.visits.tests.factories import Area, clock, make_area


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.NARVARD_CLOCK = "2026-11-23T09:00:00+01:00"


@pytest.fixture
def area(db) -> Area:
    """A small care area."""
    return make_area()


@pytest.fixture
def acting() -> Callable[[Commission], Client]:
    """Sign somebody in under a commission."""

    def sign_in(commission: Commission) -> Client:
        client = Client()
        client.force_login(commission.staff.user)
        session = client.session
        session[SESSION_KEY] = str(commission.pk)
        session.save()
        return client

    return sign_in


@pytest.fixture
def planned(area) -> Callable[..., Visit]:
    """A planned visit of the team's, with the care relations that a need gives."""

    def make(*commissions: Commission, hour: int = 10, minute: int = 0, **fields: object) -> Visit:
        people = commissions or (area.nurse,)
        at = clock(hour, minute)
        visit = area.visit(*[c.unit for c in people], state=Visit.State.PLANNED, starts_at=at, **fields)
        for role, commission in zip(visit.roles.all(), people, strict=True):
            shift = commission.shifts.first() or area.shift(commission)
            visit.roles.filter(pk=role.pk).update(shift=shift, order=hour, travel_minutes=12.4)
        for commission in {*people, area.planner}:
            area.relate(commission, visit)
        return visit

    return make
