"""The only way to a deviation: decided by who takes part in it, and logged; its patient is opened by ``access``."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from narvard.access import guard
from narvard.access.guard import AccessDenied, OpenPatient
from narvard.core import audit
from narvard.deviations import rights
from narvard.deviations.models import Attachment, Deviation
from narvard.deviations.pseudonyms import pseudonymised
from narvard.organisation.models import CareUnit, Commission

# Everything that a page of one shows, files' contents left out.
WHOLE = Deviation.objects.select_related(
    "reporter__staff", "reporter_unit__provider", "unit__provider", "owner", "patient"
).prefetch_related(
    "patient__identifiers",
    "patient__relatives",
    "patient__addresses",
    "events__owner",
    "events__by__unit",
    "answers__unit",
    Prefetch("attachments", Attachment.objects.defer("content").select_related("added_by")),
)


@dataclass(frozen=True)
class OpenDeviation:
    """A deviation that has been opened, by whom, and its patient if the reader may open that too."""

    deviation: Deviation
    by: Commission
    opened: OpenPatient | None
    sees_reporter: bool

    def text(self, text: str) -> str:
        """``text`` as this reader may see it: without the patient unless the patient may be opened."""
        return text if self.opened else pseudonymised(text, self.deviation.patient)

    def may_fetch(self, attachment: Attachment) -> bool:
        """Whether this reader may have the file."""
        return not attachment.shows_person or self.opened is not None or attachment.added_by.unit_id == self.by.unit_id


def open_deviation(pk: uuid.UUID, *, by: Commission, at: datetime, what: str) -> OpenDeviation:
    """The deviation, if the acting commission takes part in it; logged as read.

    Raises :class:`AccessDenied` both when it does not exist and when the reader has no part in it.
    """
    row = WHOLE.filter(pk=pk).first()
    if row is None:
        raise AccessDenied("missing", object_kind="deviation", object_id=pk)
    if not rights.sides(row, by):
        raise AccessDenied("no-part-in-deviation", patient=row.patient_id, object_kind="deviation", object_id=pk)
    audit.write(
        what,
        by=by,
        at=at,
        action=audit.Action.READ,
        patients=[row.patient_id] if row.patient_id else [],
        object_kind="deviation",
        object_id=pk,
        reason="part-in-deviation",
    )
    opened = _patients([row], by, at, what)
    return _found(row, by, opened, _sees_reporter(row, by))


def fetch_attachment(pk: uuid.UUID, *, by: Commission, at: datetime) -> Attachment:
    """The file with its content, if the reader may have it; logged as read."""
    row = Attachment.objects.filter(pk=pk).select_related("added_by").first()
    if row is None:
        raise AccessDenied("missing", object_kind="deviation-file", object_id=pk)
    found = open_deviation(row.deviation_id, by=by, at=at, what="deviations.file")
    if not found.may_fetch(row):
        patient = found.deviation.patient_id
        raise AccessDenied("file-shows-person", patient=patient, object_kind="deviation-file", object_id=pk)
    return row


def open_listed(rows: "QuerySet[Deviation]", *, by: Commission, at: datetime, what: str) -> list[OpenDeviation]:
    """Rows of a list (already only those that ``by`` takes part in) as the reader may see them; logged as one read.

    The number of queries does not grow with the rows.
    """
    found = list(
        rows.select_related("reporter_unit", "unit", "owner", "patient").prefetch_related(
            "patient__identifiers", "patient__relatives", "patient__addresses"
        )
    )
    if not found:
        return []
    audit.write(what, by=by, at=at, action=audit.Action.READ, object_kind="deviations", reason="part-in-deviation")
    opened = _patients(found, by, at, what)
    return [_found(row, by, opened, False) for row in found]


def _found(
    row: Deviation, by: Commission, patients: Mapping[uuid.UUID, OpenPatient], sees_reporter: bool
) -> OpenDeviation:
    """The row as the reader may see it; who reported it has chosen the unit it went to."""
    opened = patients.get(row.patient_id) if row.patient_id else None
    chosen = {row.unit_id} if row.reporter_unit_id == by.unit_id else set()
    return OpenDeviation(opened.told(row, chosen) if opened else row, by, opened, sees_reporter)


def _patients(rows: list[Deviation], by: Commission, at: datetime, what: str) -> dict[uuid.UUID, OpenPatient]:
    """The patients whom the reader may open; to follow a sent request is not to open its patient."""
    keys = {row.patient_id for row in rows if row.patient_id}
    opened = guard.open_listed(keys, by=by, at=at, what=what) if keys else {}
    return {key: each for key, each in opened.items() if not each.narrow}


def _sees_reporter(row: Deviation, by: Commission) -> bool:
    has_safety = CareUnit.objects.filter(provider=row.unit.provider_id, kind=CareUnit.Kind.SAFETY).exists()
    return rights.sees_reporter(row, by, has_safety=has_safety)
