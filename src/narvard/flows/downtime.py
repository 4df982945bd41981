"""The downtime pack: who waits, who is responsible and whom to call, on paper, for when the system does not answer."""

import json
import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID

import typst
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.care.models import Episode, ResponsibilityKind
from narvard.care.queries import enrolled_at, in_force, main_holders
from narvard.core import audit
from narvard.intake import presenters, queries
from narvard.intake.models import CareRequest
from narvard.organisation.models import CareUnit
from narvard.organisation.queries import Call, in_service, whom_to_call, with_hours
from narvard.people.models import ClinicalRecord, Patient

logger = logging.getLogger(__name__)

Kind = CareUnit.Kind
# Who is called when requests go by phone.
_NUMBERS = (Kind.INTAKE, Kind.ALARM_CENTRE, Kind.SOS, Kind.ADVICE_1177, Kind.AMBULANCE, Kind.TEAM)
# The units that have a pack of their own in the folder.
_WITH_PACK = (Kind.INTAKE, Kind.ALARM_CENTRE, Kind.TEAM)


@dataclass(frozen=True)
class Section:
    """One table of the pack, in words; ``widths`` are relative."""

    title: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: Sequence[tuple[str, ...]]
    none: str


@dataclass(frozen=True)
class Pack:
    """A unit's pack as it was at an instant, and whom it tells of."""

    title: str
    made: str
    secret: str
    sections: tuple[Section, ...]
    patients: tuple[UUID, ...]


Readable = Callable[[Sequence[ClinicalRecord]], Sequence[ClinicalRecord]]


def gather(unit: CareUnit, at: datetime, readable: Readable) -> Pack:
    """The unit's open requests and enrolled patients that ``readable`` lets through, and everybody's numbers.

    No place is told of a person with protected identity: paper is left lying about.
    """
    requests = [row for row in readable(_requests(unit)) if isinstance(row, CareRequest)]
    enrolled = [row for row in readable(list(enrolled_at(unit.pk, at))) if isinstance(row, Episode)]
    waiting = [row for row in requests if row.waiting_since is not None]
    others = [row for row in requests if row.waiting_since is None]
    phones = _phones(unit, at, {row.keeper_id for row in requests if row.keeper_id})
    return Pack(
        title=_("Reservrutin: %(unit)s") % {"unit": unit.name},
        made=_("Läget %(at)s. Därefter gäller det som skrivs på papper.") % {"at": _moment(at)},
        secret=_("Sekretess. Förstör när systemet svarar igen och allt är infört."),
        sections=(
            _waiting(waiting, phones, at),
            _others(others, phones, at),
            _enrolled(enrolled, at),
            _numbers(phones.values()),
        ),
        patients=tuple(sorted({row.patient_id for row in (*requests, *enrolled)})),
    )


def _requests(unit: CareUnit) -> list[CareRequest]:
    takes_part = Q(owner_unit=unit) | Q(keeper=unit) | Q(team=unit) | Q(backup=unit)
    rows = queries.open_requests().filter(takes_part).order_by("-risk", "due_at", "pk")
    return list(rows)


def _waiting(rows: Sequence[CareRequest], phones: dict[UUID, Call], at: datetime) -> Section:
    told = [
        (
            *_who(row, at),
            str(row.get_risk_display() or ""),
            _moment(row.reassess_due_at),
            *_holder(row, phones),
        )
        for row in rows
    ]
    columns = (_("Vem"), _("Gäller"), _("Läge"), _("Bedöms igen"), _("Har ärendet"), _("Ring"), _("Noterat på papper"))
    none = _("Ingen väntar på bil.")
    return Section(_("I väntrummet"), columns, (4, 5, 2, 2, 3, 2, 4), [(*row, "") for row in told], none)


def _others(rows: Sequence[CareRequest], phones: dict[UUID, Call], at: datetime) -> Section:
    told = [(*_who(row, at), presenters.row(row, at).state, _moment(row.due_at), *_holder(row, phones)) for row in rows]
    columns = (_("Vem"), _("Gäller"), _("Var den är"), _("Senast"), _("Har ärendet"), _("Ring"), _("Noterat på papper"))
    none = _("Inga öppna vårdbegäranden.")
    return Section(_("Öppna vårdbegäranden"), columns, (4, 5, 3, 2, 3, 2, 3), [(*row, "") for row in told], none)


def _enrolled(rows: Sequence[Episode], at: datetime) -> Section:
    holders = main_holders([row.patient_id for row in rows], at)
    kinds = (ResponsibilityKind.MEDICAL, ResponsibilityKind.NURSING)
    told = [
        (
            _person(row.patient, at),
            *(str(holders.get((row.patient_id, kind), "")) or _("uppgift saknas") for kind in kinds),
        )
        for row in sorted({row.patient_id: row for row in rows}.values(), key=lambda row: row.patient.sort_key)
    ]
    columns = (_("Vem"), _("Medicinskt ansvar"), _("Omvårdnadsansvar"), _("Noterat på papper"))
    none = _("Inga kontakter eller inskrivna.")
    return Section(_("Vem ansvarar"), columns, (4, 4, 4, 5), [(*row, "") for row in told], none)


def _numbers(calls: Iterable[Call]) -> Section:
    rows = [(call.answered_by.name, call.label, call.phone) for call in calls]
    return Section(
        _("Telefonnummer"), (_("Vem svarar"), _("Linje"), _("Nummer")), (4, 5, 3), sorted(set(rows)), _("Inga nummer.")
    )


def _phones(unit: CareUnit, at: datetime, keepers: set[UUID]) -> dict[UUID, Call]:
    """Whom to call for each unit of the area that takes part, and for every keeper."""
    near = Q(kind__in=_NUMBERS) & Q(care_area__in=[unit.care_area, ""])
    units = with_hours(in_service(timezone.localdate(at)).filter(near | Q(pk__in=keepers)))
    calls = {row.pk: whom_to_call(row, at) for row in units}
    return {pk: call for pk, call in calls.items() if call is not None}


def _who(row: CareRequest, at: datetime) -> tuple[str, str]:
    told = f"{_person(row.patient, at)}, {presenters.place_in_list(row.patient)}"
    return told, f"{row.question} ({row.get_urgency_display()}; {row.sender_unit}; {row.reference})"


def _person(patient: Patient, at: datetime) -> str:
    return f"{presenters.person(patient, at)} ({patient.birth_date:%Y-%m-%d})"


def _holder(row: CareRequest, phones: dict[UUID, Call]) -> tuple[str, str]:
    call = phones.get(row.keeper_id) if row.keeper_id else None
    return str(row.keeper or ""), call.phone if call else ""


def _moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "j b H:i") if at else ""


def as_pdf(pack: Pack) -> bytes:
    """The pack as a PDF for paper."""
    data = asdict(pack) | {"patients": []}
    for section in data["sections"]:
        section["rows"] = [[capfirst(cell) for cell in row] for row in section["rows"]]
    source = resources.files("narvard.flows").joinpath("documents/downtime.typ").read_bytes()
    made: bytes = typst.compile(source, format="pdf", sys_inputs={"pack": json.dumps(data, ensure_ascii=False)})
    return made


def refresh(at: datetime) -> int:
    """Write each unit's pack to ``NARVARD_DOWNTIME_FOLDER``; returns how many were written. A part of ``narvard tick``.

    Packs younger than ``NARVARD_DOWNTIME_MINUTES`` are left. One that cannot be written is logged and tried again
    with the next tick; the age of the file on paper's own line tells how old it is.
    """
    if not settings.NARVARD_DOWNTIME_FOLDER:
        return 0
    folder, written = Path(settings.NARVARD_DOWNTIME_FOLDER), 0
    for unit in _units(at):
        path = folder / f"{unit.hsa_id}.pdf"
        try:
            written += _write(unit, path, at)
        except OSError as error:
            logger.error("The downtime pack of %s was not written: %s", unit.hsa_id, error)
    return written


def _units(at: datetime) -> Iterable[CareUnit]:
    """The units that have something to lose: an open request, or somebody in care."""
    parts = [
        CareRequest.objects.filter(**{part: OuterRef("pk")}) for part in ("owner_unit", "keeper", "team", "backup")
    ]
    has_requests = Q()
    for rows in parts:
        has_requests |= Q(Exists(rows.exclude(state=CareRequest.State.CLOSED)))
    has_patients = Q(Exists(Episode.objects.filter(in_force(at), unit=OuterRef("pk"))))
    units = in_service(timezone.localdate(at)).filter(kind__in=_WITH_PACK)
    return units.filter(has_requests | has_patients).order_by("pk")


def _write(unit: CareUnit, path: Path, at: datetime) -> bool:
    """Write the pack unless a young one is there: for the owner's eyes only, whole or not at all, and logged."""
    if path.exists() and time.time() - path.stat().st_mtime < settings.NARVARD_DOWNTIME_MINUTES * 60:
        return False
    with translation.override("sv"):
        pack = gather(unit, at, lambda rows: rows)
        content = as_pdf(pack)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.replace(file.name, path)
    log(unit, pack, by=audit.SYSTEM, at=at)
    return True


def log(unit: CareUnit, pack: Pack, *, by: audit.Actor, at: datetime) -> None:
    """Log that the pack left the system, with everybody whom it tells of."""
    audit.write(
        "flows.downtime_pack",
        by=by,
        at=at,
        action=audit.Action.EXPORT,
        patients=pack.patients,
        object_kind="careunit",
        object_id=unit.pk,
        reason="downtime",
    )
