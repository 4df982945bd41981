"""A file of utilisation data, row by row."""

from datetime import UTC, datetime

from narvard.followup.utilisation.actions import import_utilisation
from narvard.followup.utilisation.models import Delivery
from narvard.followup.utilisation.reading import COLUMNS
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory, MunicipalityFactory
from narvard.people.tests.factories import OLD_NUMBERS

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def row(number: int = 0, **told: str) -> dict[str, str]:
    """A right row about the old person with that number; the sender's id follows from what it tells."""
    values = {
        "source": "vdw",
        "identity": OLD_NUMBERS[number],
        "kind": "inpatient",
        "start": "2026-10-01 08:00",
        "end": "2026-10-05 12:00" if told.get("kind", "inpatient") == "inpatient" else "",
        "place": "Norrlands universitetssjukhus",
        "clinic": "Geriatriken",
        "acute": "ja",
        "municipality": "2480",
        **told,
    }
    return {"id": f"{number}-{values['kind']}-{values['start']}", **values}


def file_of(*rows: dict[str, str]) -> bytes:
    """The rows as a file."""
    lines = [";".join(COLUMNS), *(";".join(each.get(name, "") for name in COLUMNS) for each in rows)]
    return "\n".join(lines).encode()


def make_management() -> Commission:
    """Somebody at the joint management, in a commission for follow-up."""
    MunicipalityFactory()
    unit = CareUnitFactory(kind=CareUnit.Kind.MANAGEMENT, name="Gemensam ledning")
    return CommissionFactory(unit=unit, role=Commission.Role.MANAGER, purpose=Commission.Purpose.FOLLOW_UP)


def deliver(by: Commission, *rows: dict[str, str], **more: object) -> Delivery:
    """The rows, imported."""
    values = {"file_name": "vardtillfallen.csv", "unit": by.unit, "at": AT, **more}
    return import_utilisation(data=file_of(*rows), by=by, **values)
