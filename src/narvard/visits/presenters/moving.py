"""A way to take a visit into the plan, in words."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from narvard.access.guard import OpenPatient
from narvard.visits.planner.insert import Change, Option


@dataclass(frozen=True)
class Way:
    """Who would come and when, and a sentence for each visit that would move."""

    who: str
    unit: str
    starts_at: datetime
    changes: tuple[str, ...]


def way(option: Option, opened: Mapping[uuid.UUID, OpenPatient]) -> Way:
    """An option as the page shows it; patients whom the reader may not open stay nameless."""
    shifts = [shift for crew in option.crews for shift in crew.shifts]
    return Way(
        who=", ".join(shift.commission.staff.name for shift in shifts),
        unit=", ".join(dict.fromkeys(shift.commission.unit.name for shift in shifts)),
        starts_at=option.starts_at,
        changes=tuple(_sentence(change, opened) for change in option.moved),
    )


def _sentence(change: Change, opened: Mapping[uuid.UUID, OpenPatient]) -> str:
    known = opened.get(change.visit.patient_id)
    far = abs(change.minutes)
    words = (
        ngettext("%(name)s: %(n)d minut senare, %(at)s", "%(name)s: %(n)d minuter senare, %(at)s", far)
        if change.minutes > 0
        else ngettext("%(name)s: %(n)d minut tidigare, %(at)s", "%(name)s: %(n)d minuter tidigare, %(at)s", far)
    )
    name = known.patient.name if known else _("patient utan vårdrelation")
    return words % {"name": name, "n": far, "at": f"{timezone.localtime(change.becomes):%H:%M}"}
