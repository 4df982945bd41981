"""How fast follow-up is with a million visits: reckoning each span, and the pages that show the figures.

    PYTHONPATH=src DATABASE_URL=… python tests/benchmarks/figures.py [--visits 1000000] [--patients 20000] [--days 365]

Fills the PostgreSQL database that DATABASE_URL names, unless it holds visits already, and prints tables in Markdown:
for each page the first time, with no template read before, and the median. docs/followup.md has them.
"""

import argparse
import os
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

AREA = "umea"
TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
PLACES = [("2480", "Umeå"), ("2460", "Vännäs"), ("2401", "Nordmaling"), ("2403", "Bjurholm"), ("2404", "Vindeln")]
SEGMENTS = ("mest_sjuka", "multisviktande", "sviktande")
READS = 10

VISITS = """
INSERT INTO visits_visit (id, version, patient_id, owner_unit_id, information_kind, episode_id, occasion, date, what,
    code, mode, minutes, priority, window_start, window_end, bring, acute, state, starts_at, ends_at, reason_code,
    reason, place)
SELECT gen_random_uuid(), 1, e.patient_id, e.unit_id, 'coordination', e.id, 1, d.day, 'Besök',
    CASE WHEN n %% 50 = 0 THEN 'NV206' ELSE 'NV102' END, 'home', 30, 3, d.day + time '08:00', d.day + time '16:00', '',
    false, CASE WHEN n %% 40 = 0 THEN 'failed' ELSE 'done' END, d.day + time '09:00', d.day + time '09:30', '',
    CASE WHEN n %% 40 = 0 THEN 'Ingen öppnade' ELSE '' END, ''
FROM (SELECT n, 1 + (random() * (%(episodes)s - 1))::int AS place,
             %(today)s::date - 1 - (random() * (%(days)s - 1))::int AS day
      FROM generate_series(1, %(visits)s) AS n) AS d
JOIN (SELECT *, row_number() OVER (ORDER BY id) AS place FROM care_episode) AS e USING (place)
"""
ROLES = """
INSERT INTO visits_visitrole (visit_id, position, unit_id, profession, shift_id, pinned)
SELECT v.id, p.position, CASE WHEN p.position = 1 THEN v.owner_unit_id ELSE %(other)s END, '', s.id, false
FROM (SELECT id, owner_unit_id, row_number() OVER () AS n FROM visits_visit) AS v
JOIN (VALUES (1), (2)) AS p(position) ON p.position = 1 OR v.n %% 15 = 0
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM visits_shift) AS s
    ON s.n = (v.n * 7 + p.position) %% (SELECT count(*) FROM visits_shift)
"""


def say(text: str) -> None:
    """Print at once."""
    print(text, flush=True)  # noqa: T201 - this is a command line tool


def fill(visits: int, patients: int, days: int) -> None:
    """An area with so many persons, each enrolled, and so many visits spread over the days."""
    from django.db import connection

    from narvard.core.statistics import learn
    from narvard.organisation.models import CareUnit

    people(patients)
    other = CareUnit.objects.get(name="Hemsjukvården")
    values = {"visits": visits, "episodes": patients, "days": days, "today": TODAY, "other": other.pk}
    with connection.cursor() as cursor:
        cursor.execute(VISITS, values)
        cursor.execute(ROLES, values)
    learn()


def people(count: int) -> None:
    """Teams, staff with a shift each, persons with a segment and an enrolment, and requests."""
    from narvard.access.models import Consent
    from narvard.capacity.models import NeedCell
    from narvard.care.models import Episode
    from narvard.intake.models import CareRequest
    from narvard.organisation.models import (
        Base,
        CareProvider,
        CareUnit,
        Commission,
        Municipality,
        Programme,
        Staff,
        Team,
    )  # fmt: skip
    from narvard.people.models import Patient, SegmentAssignment
    from narvard.visits.models import Shift

    draw = random.Random(1)
    places = [
        Municipality.objects.create(code=code, name=name, sort_key=name, care_area=AREA, latitude=63.8, longitude=20.2)
        for code, name in PLACES
    ]
    region, municipality = (
        CareProvider.objects.create(name=name, kind=kind, hsa_id=name)
        for name, kind in (("Region", "region"), ("Kommun", "municipality"))
    )
    base = Base.objects.create(name="Bas", municipality=places[0], latitude=63.8, longitude=20.2)
    CareUnit.objects.create(
        name="Hemsjukvården", kind="home_nursing", provider=municipality, hsa_id="hs", care_area=AREA
    )
    programmes = [Programme.objects.create(name=f"Program {n}", key=f"p{n}") for n in range(4)]
    units = [
        CareUnit.objects.create(name=f"Team {n}", kind="team", provider=region, hsa_id=f"t{n}", care_area=AREA)
        for n in range(12)
    ]
    for unit, programme in zip(units, programmes * 3, strict=True):
        Team.objects.create(unit=unit, programme=programme, base=base)
    shifts = []
    for n in range(300):
        profession = "physician" if n % 6 == 0 else "nurse"
        staff = Staff.objects.create(given_name="A", family_name=str(n), profession=profession, hsa_id=f"s{n}")
        commission = Commission.objects.create(
            staff=staff, unit=units[n % 12], role="team", hsa_id=f"c{n}", since=date(2020, 1, 1)
        )
        shifts.append(
            Shift(commission=commission, date=TODAY, starts_at=AT, ends_at=AT + timedelta(hours=8), base=base)
        )
    Shift.objects.bulk_create(shifts)
    since = AT - timedelta(days=700)
    patients = [
        Patient(
            given_name="P", family_name=str(n), sort_key=str(n), birth_date=date(1940, 1, 1), sex="female",
            municipality=draw.choice(places), registered_at=since,
        )
        for n in range(count)
    ]  # fmt: skip
    Patient.objects.bulk_create(patients, batch_size=2000)
    by = shifts[0].commission
    SegmentAssignment.objects.bulk_create(
        [
            SegmentAssignment(patient=p, owner_unit=by.unit, segment=draw.choice(SEGMENTS), since=since, recorded_by=by)
            for p in patients
        ],
        batch_size=2000,
    )
    consents = [Consent(patient=p, kind="enrolment", how="oral", since=since, recorded_by=by) for p in patients]
    Consent.objects.bulk_create(consents, batch_size=2000)
    requests, episodes = [], []
    for number, (patient, consent) in enumerate(zip(patients, consents, strict=True)):
        unit = units[number % 12]
        at = AT - timedelta(days=draw.randint(5, 400), hours=draw.randint(0, 20))
        request = CareRequest(
            reference=f"R{number}", patient=patient, owner_unit=unit, channel="ward",
            urgency=draw.choice(["acute", "semi_acute", "planned"]), question="Bedömning", sender_unit=unit,
            registered_by=by, registered_at=at, state="closed", outcome="episode", team=unit,
            first_contact_due_at=at + timedelta(days=1),
        )  # fmt: skip
        requests.append(request)
        episodes.append(
            Episode(
                patient=patient, owner_unit=unit, unit=unit, kind="enrolment", form="enrolment", consent=consent,
                programme=programmes[number % 4], started_at=at, started_by=by, request=request,
            )
        )  # fmt: skip
    CareRequest.objects.bulk_create(requests, batch_size=2000)
    Episode.objects.bulk_create(episodes, batch_size=2000)
    for place in places:
        NeedCell.objects.create(
            scenario="population2021", municipality=place, age_band="65-79", segment="mest_sjuka",
            persons=count, in_need=count, source="benchmark",
        )  # fmt: skip


def timed(act: Callable[[], object]) -> float:
    """Seconds that an act takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def spans() -> Iterator[tuple[str, float]]:
    """Seconds to reckon a week, a month and twelve months; then all that a page can ask for."""
    from narvard.followup.indicators.periods import Span
    from narvard.followup.indicators.tasks import reckon, reckon_due

    for span, named in (
        (Span.WEEK, date(2026, 11, 16)),
        (Span.MONTH, date(2026, 10, 1)),
        (Span.YEAR, date(2026, 11, 1)),
    ):
        started = time.perf_counter()
        reckon(AREA, span, named, AT)
        yield f"reckon a {span.value}", time.perf_counter() - started
    yield "reckon what is left of 41 spans", timed(lambda: reckon_due(AT, 100))


def pages() -> Iterator[tuple[str, float, float]]:
    """Seconds of each page: the first time and the median."""
    from django.test import Client
    from django.urls import reverse

    from narvard.core.models import User
    from narvard.organisation.models import CareUnit, Commission, Staff

    name = uuid.uuid4().hex
    user = User.objects.create_user(name, uuid.uuid4().hex)
    staff = Staff.objects.create(given_name="C", family_name="C", profession="manager", hsa_id=name, user=user)
    unit = CareUnit.objects.create(
        name="Ledning", kind="management", hsa_id=name, care_area=AREA, provider=CareUnit.objects.first().provider
    )
    commission = Commission.objects.create(
        staff=staff, unit=unit, role="manager", purpose="follow_up", hsa_id=name, since=date(2020, 1, 1)
    )
    client = Client()
    client.force_login(user)
    session = client.session
    session["commission"] = str(commission.pk)
    session.save()
    year = "?period=year-2026-11"
    addresses = [
        reverse("followup:overview"),
        reverse("followup:overview") + year,
        reverse("followup:overview") + "?program=p1&kommun=2480&grupp=mest_sjuka",
        *(reverse("followup:indicator", args=[slug]) for slug in ("coverage", "joint", "nurse_continuity")),
        reverse("followup:registration"),
        reverse("followup:report"),
        reverse("followup:export-xlsx"),
    ]
    yield from (measured(client, address) for address in addresses)


def measured(client: object, address: str) -> tuple[str, float, float]:
    """A page's address, and seconds."""

    def get() -> None:
        answer = client.get(address)  # type: ignore[attr-defined]
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")

    first = timed(get)
    return address, first, statistics.median(timed(get) for _ in range(READS))


def main() -> None:
    """Fill, reckon, read and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=1_000_000)
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=365)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "narvard.config.settings")
    os.environ["NARVARD_CLOCK"] = AT.isoformat()

    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from narvard.visits.models import Visit

    if not Visit.objects.exists():
        say(f"filled in {timed(lambda: fill(options.visits, options.patients, options.days)):.0f} s")
    say("\n| work | s |\n|---|---|")
    for name, seconds in spans():
        say(f"| {name} | {seconds:.1f} |")
    say("\n| page | first, s | median, s |\n|---|---|---|")
    for address, first, median in pages():
        say(f"| `{address}` | {first:.2f} | {median:.2f} |")


if __name__ == "__main__":
    main()
