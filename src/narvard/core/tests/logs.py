"""A small audit log to be sealed, altered and verified."""

import uuid
from datetime import UTC, datetime, timedelta

from django.db import connection

from narvard.core import audit
from narvard.core.models import AuditEvent

AT = datetime(2026, 11, 23, 6, 30, 1, 250, tzinfo=UTC)
REGION, MUNICIPALITY = uuid.UUID(int=1), uuid.UUID(int=2)
PATIENTS = [uuid.UUID(int=100 + n) for n in range(3)]


class Someone:
    """Who acts for a care provider."""

    audit_staff = uuid.UUID(int=10)
    audit_commission = uuid.UUID(int=11)
    audit_unit = uuid.UUID(int=12)

    def __init__(self, provider: uuid.UUID) -> None:
        self.audit_provider = provider


def start_counting_anew() -> None:
    """Let the log's ids begin anew, as if what was written before had never been."""
    for table in ("core_auditevent", "core_auditsubject"):
        if connection.vendor == "sqlite":
            run("DELETE FROM sqlite_sequence WHERE name = %s", table)
        else:
            run("SELECT setval(pg_get_serial_sequence(%s, 'id'), 1, false)", table)


def write_some(count: int = 3, by: audit.Actor | None = None, at: datetime = AT) -> list[AuditEvent]:
    """So many events about one patient, none and two, a second apart."""
    by = by or Someone(REGION)
    return [
        audit.write(
            "care.enrol",
            by=by,
            at=at + timedelta(seconds=n),
            patients=[PATIENTS[:1], [], PATIENTS[1:]][n % 3],
            object_kind="episode",
            object_id=n,
            reason="på mötet",
        )
        for n in range(count)
    ]


def run(sql: str, *parameters: object) -> None:
    """Plain SQL, as somebody with the database's password has it, unhindered by foreign keys."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, parameters)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
