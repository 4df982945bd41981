"""What units, providers and places are called for a reader from whom the patient's place is hidden.

"Hemsjukvården Vindeln" tells where a person lives as surely as the address does. Such a reader is told what kind of
unit it is ("Kommunal hemsjukvård"), never which. What has been let through is copied, and in the copy every unit,
provider, municipality and base that hangs on it is called so: a page that shows a row shows nothing else.
"""

import copy
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.organisation.models import Base, CareProvider, CareUnit, Commission, Municipality, Staff
from narvard.people.models import Patient
from narvard.people.queries import tells_place

M = TypeVar("M", bound=models.Model)
_NAMED = (CareUnit, CareProvider, Municipality, Base)
# Fetched here if nobody has: else a template would fetch them under their own names.
_SOUGHT = (*_NAMED, Commission, Patient)


def words_for(unit: CareUnit) -> str:
    """What kind of unit it is: "Kommunal hemsjukvård"."""
    return capfirst(str(unit.get_kind_display()))


@dataclass
class Naming:
    """How things are called for one reader of one patient: ``known`` are the ids that keep their names."""

    known: frozenset[uuid.UUID]
    _copies: dict[int, models.Model] = field(default_factory=dict)
    # What is copied is kept until the copying is over: an address in memory is one's own only as long as one lives.
    _kept: list[models.Model] = field(default_factory=list)
    _fetched: dict[tuple[type, Any], models.Model | None] = field(default_factory=dict)

    def told(self, row: M) -> M:
        """``row`` and all that has been fetched with it, as the reader may know it."""
        if id(row) in self._copies:
            return cast("M", self._copies[id(row)])
        told = copy.copy(row)
        self._copies[id(row)] = told
        self._kept.append(row)
        if isinstance(told, _NAMED) and told.pk not in self.known:
            _unname(told)
        elif isinstance(told, Staff) and tells_place(told.phone):
            told.phone = ""
        self._seek(told)
        cache = told._state.fields_cache
        for name, value in list(cache.items()):
            if isinstance(value, models.Model):
                cache[name] = self.told(value)
        self._tell_sets(told)
        return told

    def _seek(self, row: models.Model) -> None:
        """Fetch what would else be fetched later, under its own name."""
        if isinstance(row, (*_NAMED, Staff)):
            return
        for each in row._meta.concrete_fields:
            target = each.related_model
            if each.is_relation and target in _SOUGHT and not each.is_cached(row) and each.attname in row.__dict__:  # type: ignore[attr-defined]
                key = (target, getattr(row, each.attname))
                if key not in self._fetched:
                    self._fetched[key] = getattr(row, each.name)
                each.set_cached_value(row, self._fetched[key])  # type: ignore[attr-defined]

    def _tell_sets(self, row: models.Model) -> None:
        """The rows that have been fetched beside it, in querysets and in lists."""
        fetched = getattr(row, "_prefetched_objects_cache", None)
        if fetched:
            row._prefetched_objects_cache = {name: self._set(rows) for name, rows in fetched.items()}  # type: ignore[attr-defined]
        for name, value in list(row.__dict__.items()):
            if isinstance(value, list) and value and all(isinstance(each, models.Model) for each in value):
                setattr(row, name, [self.told(each) for each in value])

    def _set(self, rows: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        told = rows.all()
        told._result_cache = [self.told(each) for each in rows]
        told._prefetch_done = True  # type: ignore[attr-defined]
        return told


def _unname(row: CareUnit | CareProvider | Municipality | Base) -> None:
    """Take the name from a copy, and with it whatever else tells the place."""
    if isinstance(row, Municipality):
        row.name = row.sort_key = ""
        return
    row.nameless = True
    if isinstance(row, CareUnit):
        row.name = words_for(row)
        row.phone = "" if tells_place(row.phone) else row.phone
    elif isinstance(row, CareProvider):
        row.name = capfirst(str(row.get_kind_display()))
    else:
        row.name = _("Bas")
    row.sort_key = row.name


def known_to(by: Commission, chosen: Iterable[uuid.UUID] = ()) -> frozenset[uuid.UUID]:
    """What keeps its name for a reader: the own unit and provider, and the units that the own unit has chosen."""
    return frozenset({by.unit_id, by.provider_id, *chosen})
