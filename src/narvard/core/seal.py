"""The sealer: chains audit rows in batches, one chain per care provider, after they are written.

Writers never wait for a chain. A row belongs to a batch only once the sealer has marked it, so one that was
committed late with a low id is taken by the next batch. A batch's head is a keyed MAC over all that it says and over
the head before, so nothing can be changed, removed or put in without breaking it.
"""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from narvard.core import audit
from narvard.core.errors import Refused
from narvard.core.models import AuditBatch, AuditChain, AuditEvent, AuditSubject

# The chain of what the system does itself, for no care provider.
SYSTEM_CHAIN = uuid.UUID(int=0)
# So few that SQLite's one writer is held for a fraction of a second.
EVENTS_IN_BATCH = 5_000
# PDL 3 kap. 17 § keeps records for ten years; HSLF-FS 2016:40 4 kap. 9 § keeps their log for at least five.
LEAST_YEARS = 5
_ID_BYTES, _PRINT_BYTES = 8, 8
_IDS_END = 2**63
# So many parameters any database takes in one query.
PARAMETERS = 900

# The id of a row, its key and its MAC.
Mark = tuple[int, str, str]


class TooSoonToForget(Refused):
    """The log must be kept for at least five years."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a run of the sealer came to."""

    batches: int
    events: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed by the rule of retention."""

    batches: int
    events: int
    subjects: int


def print_of(event: Mark, subjects: Iterable[Mark]) -> bytes:
    """SHA-256 over an event's id, key and MAC and those of its subjects in order of id. The MACs cover the rest."""
    return hashlib.sha256(audit.packed([*event, *(part for mark in subjects for part in mark)])).digest()


def members_of(prints: Sequence[tuple[int, bytes]]) -> bytes:
    """The ids of a batch's events, each with the beginning of its print."""
    return b"".join(pk.to_bytes(_ID_BYTES, "big") + each[:_PRINT_BYTES] for pk, each in prints)


def members(stored: object) -> dict[int, bytes]:
    """What :func:`members_of` wrote: the beginning of each print by its event's id. Of anything else, what fits."""
    data = bytes(stored) if isinstance(stored, bytes | memoryview) else b""
    width = _ID_BYTES + _PRINT_BYTES
    starts = range(0, len(data) - len(data) % width, width)
    pairs = ((int.from_bytes(data[at : at + _ID_BYTES], "big"), data[at + _ID_BYTES : at + width]) for at in starts)
    return {pk: each for pk, each in pairs if pk < _IDS_END}


def digest_of(prints: Iterable[bytes]) -> str:
    """SHA-256 over the whole prints of a batch, in order of the events' ids."""
    return hashlib.sha256(b"".join(prints)).hexdigest()


def head_of(batch: AuditBatch) -> str:
    """The head that ``batch`` ought to carry: a MAC over all that it says and the head before."""
    place = (batch.chain_id, batch.sequence, batch.previous, batch.sealed_at, batch.key_id)
    span = (batch.last_event, batch.first_at, batch.last_at, batch.events, batch.subjects)
    content = (hashlib.sha256(bytes(batch.members)).hexdigest(), batch.digest)
    return audit.mac(batch.key_id, ("batch", *place, *span, *content))


def chain_mac(chain: AuditChain) -> str:
    """The MAC that the chain's row ought to carry over its newest link."""
    return audit.mac(chain.key_id, ("chain", chain.provider, chain.sequence, chain.head))


def forgotten_mac(batch: AuditBatch) -> str:
    """The MAC that lets a batch be without its rows."""
    return audit.mac(batch.forgotten_key_id, ("forgotten", batch.head, batch.forgotten_at))


def seal(at: datetime) -> Sealed:
    """Seal every row that is not yet sealed. Two sealers may run at once: each link is made under the chain's lock."""
    batches = events = 0
    for chain in _chains():
        while count := _seal_next(chain, at):
            batches, events = batches + 1, events + count
    return Sealed(batches, events)


def oldest_unsealed() -> datetime | None:
    """The instant of the oldest event that no batch holds yet, or None when all are sealed."""
    # By provider, as the index of unsealed rows goes: the least of all would be looked for among the sealed ones.
    rows = AuditEvent.objects.filter(batch=None).order_by().values_list("provider").annotate(oldest=Min("at"))
    return min((oldest for _provider, oldest in rows), default=None)


def _chains() -> list[uuid.UUID]:
    """The chains that have something to seal; their rows are made the first time."""
    providers = AuditEvent.objects.filter(batch=None).order_by().values_list("provider", flat=True).distinct()
    found = sorted(provider or SYSTEM_CHAIN for provider in providers)
    AuditChain.objects.bulk_create([AuditChain(provider=each) for each in found], ignore_conflicts=True)
    return found


@transaction.atomic
def _seal_next(provider: uuid.UUID, at: datetime) -> int:
    """Add one link to the chain; returns how many events it holds, 0 when there is nothing to seal."""
    chain = _locked(provider)
    unsealed = AuditEvent.objects.filter(batch=None, provider=None if provider == SYSTEM_CHAIN else provider)
    rows = sorted(unsealed.order_by("at", "id").values_list("id", "key_id", "mac", "at")[:EVENTS_IN_BATCH])
    if not rows:
        return 0
    subjects = _subjects([pk for pk, *_rest in rows])
    prints = [(pk, print_of((pk, key, mac), subjects.get(pk, ()))) for pk, key, mac, *_rest in rows]
    batch = AuditBatch(
        chain=chain,
        sequence=chain.sequence + 1,
        last_event=rows[-1][0],
        first_at=min(row[-1] for row in rows),
        last_at=max(row[-1] for row in rows),
        events=len(rows),
        subjects=sum(map(len, subjects.values())),
        members=members_of(prints),
        digest=digest_of(each for *_rest, each in prints),
        previous=chain.head,
        sealed_at=at,
        key_id=settings.AUDIT_KEY_ID,
    )
    batch.head = head_of(batch)
    batch.save(force_insert=True)
    for part in parts([pk for pk, *_rest in rows]):
        AuditEvent.objects.filter(pk__in=part).update(batch=batch)
    _move(chain, batch)
    return len(rows)


def _locked(provider: uuid.UUID) -> AuditChain:
    """The chain, locked; with its newest link as the batches tell it, should somebody have set its row back.

    Sealing goes on whatever was done to the chain: what was done stays to be found, and new rows are sealed.
    """
    chain = AuditChain.objects.select_for_update().get(pk=provider)
    newest = AuditBatch.objects.filter(chain=chain).order_by("-sequence").values_list("sequence", "head").first()
    if newest and newest[0] >= chain.sequence:
        chain.sequence, chain.head = newest
    return chain


def _move(chain: AuditChain, batch: AuditBatch) -> None:
    """Let the chain's row name ``batch`` as the newest link."""
    chain.sequence, chain.head, chain.key_id = batch.sequence, batch.head, batch.key_id
    chain.mac = chain_mac(chain)
    chain.save(force_update=True)


def _subjects(events: list[int]) -> dict[int, list[Mark]]:
    """The marks of the events' subjects, in order of id, by event."""
    found: dict[int, list[Mark]] = {}
    for part in parts(events):
        rows = AuditSubject.objects.filter(event__in=part).values_list("id", "key_id", "mac", "event_id")
        for pk, key, mac, event in sorted(rows):
            found.setdefault(event, []).append((pk, key, mac))
    return found


def parts(ids: list[int]) -> Iterable[list[int]]:
    """The ids in parts that one query of any database can name."""
    return (ids[at : at + PARAMETERS] for at in range(0, len(ids), PARAMETERS))


def years_before(at: datetime, years: int) -> datetime:
    """The same instant so many years earlier; 29 February becomes the 28th."""
    try:
        return at.replace(year=at.year - years)
    except ValueError:
        return at.replace(year=at.year - years, day=28)


def forget(*, before: datetime, by: audit.Actor, at: datetime) -> Forgotten:
    """Remove the rows of every batch whose newest event is older than ``before``; the batch stays in the chain.

    Raises :class:`TooSoonToForget` when ``before`` is less than five years ago.
    """
    if before > years_before(at, LEAST_YEARS):
        raise TooSoonToForget(_("Loggen måste sparas i minst fem år."))
    removed = Forgotten(0, 0, 0)
    while batch := AuditBatch.objects.filter(forgotten_at=None, last_at__lt=before).order_by("last_at").first():
        _forget(batch, by=by, at=at)
        removed = Forgotten(removed.batches + 1, removed.events + batch.events, removed.subjects + batch.subjects)
    return removed


@transaction.atomic
def _forget(batch: AuditBatch, *, by: audit.Actor, at: datetime) -> None:
    AuditChain.objects.select_for_update().get(pk=batch.chain_id)
    for part in parts(list(members(batch.members))):
        AuditSubject.objects.filter(event__in=part, event__batch=batch).delete()
        AuditEvent.objects.filter(pk__in=part, batch=batch).delete()
    batch.forgotten_at, batch.forgotten_key_id = at, settings.AUDIT_KEY_ID
    batch.forgotten_mac = forgotten_mac(batch)
    batch.save(update_fields=["forgotten_at", "forgotten_key_id", "forgotten_mac"])
    audit.write(
        "core.forget_audit",
        by=by,
        at=at,
        action=audit.Action.DELETE,
        object_kind="auditbatch",
        object_id=batch.pk,
        reason=f"{batch.chain_id} {batch.sequence}: {batch.events} ≤ {batch.last_at:%Y-%m-%d}",
    )
