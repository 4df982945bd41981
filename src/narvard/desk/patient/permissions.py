"""What the patient has said yes to and blocked, and what the reader has opened, as the reader may see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.access.models import Block, BlockLift, Consent, EmergencyOpening
from narvard.access.queries import blocks_in_force, current
from narvard.organisation.models import CareProvider, Commission
from narvard.people.models import InformationKind
from narvard.ui.spoken import speak


def consents_shown(opened: OpenPatient) -> QuerySet[Consent]:
    """The consents that concern the reader's care provider: those it may read by, and those it wrote down.

    What the patient has let another provider read, or how somebody's wishes were assessed there, is no concern
    of this one.
    """
    mine = opened.by.provider_id
    rows = Consent.objects.filter(patient=opened.patient)
    return rows.filter(Q(provider=None) | Q(provider=mine) | Q(recorded_by__unit__provider=mine))


def consents_in_force(opened: OpenPatient, at: datetime) -> QuerySet[Consent]:
    """Those of the shown that hold now."""
    return (
        consents_shown(opened)
        .filter(current(at), Q(withdrawn_at=None) | Q(withdrawn_at__gt=at))
        .select_related("provider", "recorded_by__staff", "recorded_by__unit")
    )


@dataclass(frozen=True)
class OpenedTo:
    """Whom the patient has let read what the reader's provider keeps, in words, and since and until when."""

    who: str
    since: datetime
    until: datetime | None


def opened_to(opened: OpenPatient, at: datetime) -> list[OpenedTo]:
    """The consents that let other providers read here. How the patient was asked there is no concern of this one.

    The social services keep what only a yes to just that opens.
    """
    social = opened.by.purpose == Commission.Purpose.SOCIAL
    rows = (
        Consent.objects.filter(current(at), patient=opened.patient)
        .filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at))
        .filter(kind=Consent.Kind.SOCIAL if social else Consent.Kind.SHARED_RECORD)
    )
    if not social:
        # Within one municipality the care reads the social services by such a yes; else a provider reads its own.
        rows = rows.exclude(provider=opened.by.provider_id)
    return [
        OpenedTo(_reader(row.provider, opened), row.since, row.until)
        for row in rows.select_related("provider").order_by("since", "pk")
    ]


def _reader(provider: CareProvider | None, opened: OpenPatient) -> str:
    if provider is None:
        return _("Alla vårdgivare som vårdar personen")
    # A municipality's name would tell where a hidden person lives.
    known = opened.sees_place or provider.kind != CareProvider.Kind.MUNICIPALITY
    return provider.name if known else _("En annan vårdgivare")


@dataclass(frozen=True)
class ShownBlock:
    """A block in words. Of another provider's only that it is there: what it covers would tell of the care."""

    block: Block
    own: bool
    title: str
    covers: str
    lifted_until: datetime | None


def blocks_shown(opened: OpenPatient, at: datetime) -> list[ShownBlock]:
    """The blocks in force: the own provider's in full, of the others only that they are there."""
    lifts = BlockLift.objects.filter(current(at), unit=opened.by.unit_id)
    rows = (
        blocks_in_force(at)
        .filter(patient=opened.patient)
        .select_related("provider", "unit", "recorded_by__staff")
        .prefetch_related(Prefetch("lifts", lifts, to_attr="lifts_now"))
    )
    return [_block(opened.told(row), opened) for row in rows]


def _block(row: Block, opened: OpenPatient) -> ShownBlock:
    lifts: list[BlockLift] = getattr(row, "lifts_now", [])
    until = max((lift.until for lift in lifts), default=None)
    if row.provider_id != opened.by.provider_id:
        # A municipality's name would tell where a hidden person lives.
        known = opened.sees_place or row.provider.kind != CareProvider.Kind.MUNICIPALITY
        whose = _("Spärr hos %(provider)s") % {"provider": row.provider.name}
        return ShownBlock(row, False, whose if known else _("Spärr hos en annan vårdgivare"), "", until)
    return ShownBlock(row, True, block_title(row), covered(row), until)


def block_title(row: Block) -> str:
    """Whose information is blocked, and for whom."""
    words = {"unit": row.unit.name if row.unit else row.provider.name}
    if row.scope == Block.Scope.INNER:
        return _("Uppgifter hos %(unit)s är spärrade för alla andra enheter") % words
    return _("Uppgifter hos %(unit)s är spärrade för andra vårdgivare") % words


def covered(row: Block) -> str:
    """Which information, and from which time."""
    kind = row.get_information_kind_display() if row.information_kind else _("alla slags uppgifter")
    first, last = row.info_from, row.info_until
    days = {"first": _day(first), "last": _day(last)}
    if first and last:
        return capfirst(_("%(kind)s från %(first)s till %(last)s") % {"kind": kind, **days})
    if first:
        return capfirst(_("%(kind)s från %(first)s") % {"kind": kind, **days})
    if last:
        return capfirst(_("%(kind)s till %(last)s") % {"kind": kind, **days})
    return capfirst(kind)


def _day(day: object) -> str:
    return date_format(day, "j F Y") if day else ""  # type: ignore[arg-type]


@dataclass(frozen=True)
class OpenedInEmergency:
    """What the reader has opened in an emergency that lasts: the sentence of the bar."""

    says: str
    reason: str


def emergencies_of(opened: OpenPatient, at: datetime) -> list[OpenedInEmergency]:
    """The reader's emergency openings of the patient that last."""
    rows = EmergencyOpening.objects.filter(current(at), patient=opened.patient, commission=opened.by)
    return [
        OpenedInEmergency(
            _("Du har nödöppnat %(kinds)s till %(when)s. Det är loggat och granskas.")
            % {"kinds": kinds_in_words(row.kinds), "when": speak(row.until, at).text},
            row.reason,
        )
        for row in rows
    ]


def kinds_in_words(kinds: Iterable[str]) -> str:
    """Kinds of information as a sentence part."""
    words = [str(InformationKind(kind).label) for kind in InformationKind.values if kind in set(kinds)]
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s och %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
