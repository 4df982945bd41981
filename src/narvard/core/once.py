"""Once only: one mechanism for double clicks, retries and stale pages, for every form and the API.

A form carries an idempotency key and the version of the row it shows. :func:`perform` runs the act at most
once per key; :func:`lock` fetches the row for change and refuses a page that is older than it.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from narvard.core.errors import Refused, Stale
from narvard.core.models import OnceKey, User, Versioned

V = TypeVar("V", bound=Versioned)


class KeyReused(Refused):
    """The same key came back for another act or another user."""


@dataclass(frozen=True)
class Outcome:
    """What an act led to: ``result`` is the id or path it returned, ``repeated`` whether it had run before."""

    result: str
    repeated: bool


def perform(key: uuid.UUID, *, user: User | None, action: str, at: datetime, act: Callable[[], object]) -> Outcome:
    """Run ``act`` once for ``key`` in one transaction; a repeat returns what the first run returned."""
    try:
        with transaction.atomic():
            row = OnceKey.objects.create(key=key, user=user, action=action, at=at)
            row.result = str(act() or "")
            row.save(update_fields=["result"])
            return Outcome(row.result, repeated=False)
    except IntegrityError:
        earlier = OnceKey.objects.filter(key=key).first()
        if earlier is None:
            raise
        return _repeat(earlier, user, action)


def _repeat(earlier: OnceKey, user: User | None, action: str) -> Outcome:
    if earlier.action != action or earlier.user_id != (user.pk if user else None):
        raise KeyReused(_("Formuläret har redan använts till något annat. Ladda om sidan."))
    return Outcome(earlier.result, repeated=True)


def lock(rows: "models.QuerySet[V]", pk: object, expected: int | None = None) -> V:
    """The row, locked until the transaction ends; raises :class:`Stale` if its version is not ``expected``."""
    row = rows.select_for_update().get(pk=pk)
    if expected is not None and row.version != expected:
        raise Stale(_("Någon annan hann före: uppgifterna har ändrats sedan du öppnade sidan. Inget sparades."))
    return row


def save(row: Versioned, *fields: str) -> None:
    """Save ``fields`` of a locked row and step its version."""
    row.version += 1
    row.save(update_fields=[*fields, "version"])
