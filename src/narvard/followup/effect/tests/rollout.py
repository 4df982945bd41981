"""Made-up hospital care of eight municipalities, month by month; a programme that starts at different times."""

from datetime import date, timedelta
from random import Random

from narvard.followup.effect.tests.factories import enrol
from narvard.followup.utilisation.tests.factories import deliver, row
from narvard.organisation.models import Commission, Municipality, Programme
from narvard.organisation.tests.factories import CommissionFactory, MunicipalityFactory, TeamFactory

SINCE, UNTIL = date(2024, 11, 1), date(2026, 11, 10)
CODES = [f"24{number:02}" for number in range(20, 28)]
STEPS = {
    CODES[0]: date(2026, 1, 12),
    CODES[1]: date(2026, 1, 2),
    CODES[2]: date(2026, 4, 1),
    CODES[3]: date(2026, 6, 1),
}
"""When it started in four of them; the other four never did."""
PEOPLE, OFTEN = 6, 0.9
"""In each municipality, and the chance of a stay in a month."""


def make_rollout_world(by: Commission, starts: dict[str, date], *, kept: float = 1.0, seed: int = 7) -> Programme:
    """Stays in every municipality and month; of those after its start only the share ``kept``. The programme."""
    rng, rows = Random(seed), []
    for place, code in enumerate(CODES):
        if not Municipality.objects.filter(pk=code).exists():
            MunicipalityFactory(code=code, name=f"Kommun {place + 1}")
        month = SINCE
        while month < UNTIL:
            begun = code in starts and month >= starts[code].replace(day=1)
            rows += _month(rng, place, code, month, OFTEN * (kept if begun else 1.0))
            month = (month + timedelta(days=32)).replace(day=1)
    deliver(by, *rows, days=(SINCE, UNTIL), synthetic=True)
    team = TeamFactory(unit__provider=by.unit.provider)
    enrol(CommissionFactory(unit=team.unit), 0, date(2026, 9, 20))
    return team.programme


def _month(rng: Random, place: int, code: str, month: date, kept: float) -> list[dict[str, str]]:
    """Stays of some days, at most one each month for a person, so that none runs into another."""
    told = []
    for person in range(PEOPLE):
        start = month + timedelta(days=rng.randrange(20))
        end = start + timedelta(days=rng.randrange(2, 8))
        if rng.random() < kept and end < UNTIL:
            number = place * PEOPLE + person
            told.append(row(number, start=start.isoformat(), end=end.isoformat(), municipality=code))
    return told
