"""A made-up hospital's data: people who are often in hospital, some of them enrolled, none of them helped."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from narvard.access.tests.factories import ConsentFactory
from narvard.care.models import Episode
from narvard.core.calendar import at_local
from narvard.followup.effect.models import EffectStudy
from narvard.followup.effect.reckoning import SCRIPTS
from narvard.followup.utilisation.tests.factories import deliver, row
from narvard.organisation.models import CareUnit, Commission, Programme
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory, MunicipalityFactory, TeamFactory
from narvard.people.tests.factories import OLD_NUMBERS, PatientFactory

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
DATA = (date(2025, 11, 1), date(2026, 11, 1))
PERIOD = (date(2026, 5, 15), date(2026, 7, 1))
TREATED, OTHERS = 30, 60


def make_manager(care_area: str = "umea") -> Commission:
    """Somebody at the joint management, in a commission for follow-up."""
    MunicipalityFactory()
    unit = CareUnitFactory(kind=CareUnit.Kind.MANAGEMENT, name="Gemensam ledning", care_area=care_area)
    return CommissionFactory(unit=unit, role=Commission.Role.MANAGER, purpose=Commission.Purpose.FOLLOW_UP)


def stays_of(number: int, rng: Random) -> tuple[list[dict[str, str]], date]:
    """An index stay that ends in the period, and stays before and after it at random; and when it ended."""
    end = PERIOD[0] + timedelta(days=rng.randrange((PERIOD[1] - PERIOD[0]).days - 5))
    told = [_stay(number, "index", end - timedelta(days=rng.randrange(2, 9)), end)]
    for place in range(rng.choice((0, 0, 1, 1, 2))):
        start = end - timedelta(days=30 + 40 * place + rng.randrange(20))
        told.append(_stay(number, f"before-{place}", start, start + timedelta(days=rng.randrange(1, 8))))
    for place in range(rng.choice((0, 0, 1, 1, 2))):
        start = end + timedelta(days=10 + 40 * place + rng.randrange(20))
        told.append(_stay(number, f"after-{place}", start, start + timedelta(days=rng.randrange(1, 8))))
    return told, end


def _stay(number: int, what: str, start: date, end: date) -> dict[str, str]:
    return row(number, id=f"{number}-{what}", start=start.isoformat(), end=end.isoformat())


def enrol(nurse: Commission, number: int, day: date) -> Episode:
    """The old person with that number, enrolled at the nurse's unit on a day."""
    patient = PatientFactory(identifier=OLD_NUMBERS[number])
    row: Episode = Episode.objects.create(
        patient=patient,
        owner_unit=nurse.unit,
        unit=nurse.unit,
        kind="enrolment",
        form="enrolment",
        consent=ConsentFactory(patient=patient, recorded_by=nurse),
        started_at=at_local(day),
        started_by=nurse,
    )
    return row


def make_study_world(by: Commission, seed: int = 3) -> Programme:
    """Enrolled people and others in the data; the programme that took the first ones in."""
    rng, rows = Random(seed), []
    team = TeamFactory(unit__provider=by.unit.provider)
    nurse = CommissionFactory(unit=team.unit)
    for number in range(TREATED + OTHERS):
        told, end = stays_of(number, rng)
        rows += told
        if number < TREATED:
            enrol(nurse, number, end + timedelta(days=2))
    deliver(by, *rows, days=DATA, synthetic=True)
    return team.programme


def run_alone(study: EffectStudy, folder: Path) -> str:
    """What the script of the study's design says of its table, in a process of its own without Django's settings."""
    table = folder / "effekt.csv"
    table.write_text(study.table, encoding="utf-8")
    source = Path(str(SCRIPTS[study.design].__file__))
    script = folder / "effekt.py"
    script.write_bytes(source.read_bytes())
    done = subprocess.run(
        [sys.executable, str(script), str(table)],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={"PYTHONPATH": str(source.parents[4])},
    )
    return done.stdout
