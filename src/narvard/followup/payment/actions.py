"""Writes of the payment."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.core import audit
from narvard.core.errors import Refused
from narvard.followup.payment import terms
from narvard.followup.payment.models import Agreement, PartDecision, Settled
from narvard.followup.payment.statements import next_month, statement
from narvard.organisation.models import CareProvider, Commission, Programme


class NotYours(Refused):
    """Only the payer does this."""


class WrongAgreement(Refused):
    """The parties or the days cannot be."""


class TooEarly(Refused):
    """The month has not ended."""


class AlreadySettled(Refused):
    """The month's statement is settled."""


@transaction.atomic
def make_agreement(
    *,
    name: str,
    rule: str,
    payer: CareProvider,
    payee: CareProvider,
    told: Mapping[str, Any],
    since: date,
    by: Commission,
    at: datetime,
    programme: Programme | None = None,
    until: date | None = None,
) -> Agreement:
    """Write down who pays whom by which terms."""
    if by.unit.provider_id != payer.pk:
        raise NotYours(_("Den som betalar skriver in överenskommelsen."))
    if payer == payee or not name.strip() or (until is not None and until <= since):
        raise WrongAgreement(_("Skriv ett namn, en annan part och ett slut efter början."))
    row = Agreement.objects.create(
        name=name.strip(),
        rule=rule,
        payer=payer,
        payee=payee,
        programme=programme,
        terms=terms.read(rule, told).stored(),
        since=since,
        until=until,
        made_by=by,
        made_at=at,
    )
    audit.write("payment.make_agreement", by=by, at=at, object_kind="agreement", object_id=row.pk)
    return row


@transaction.atomic
def decide_part(
    *, agreement: UUID, part: str, month: date, met: bool, reason: str, by: Commission, at: datetime
) -> PartDecision:
    """Decide whether an outcome part is paid for a month. It is never reckoned by itself: see the false payouts."""
    row = _held(agreement, month, by)
    share = getattr(terms.read(row.rule, row.terms), part, None) if part in terms.PARTS else None
    if row.rule != Agreement.Rule.OUTCOME or not share:
        raise WrongAgreement(_("Överenskommelsen har ingen sådan utfallsdel."))
    if not reason.strip():
        raise WrongAgreement(_("Skriv vad beslutet bygger på."))
    decision = PartDecision.objects.create(
        agreement=row, part=part, month=month, met=met, reason=reason.strip()[:300], by=by, at=at
    )
    audit.write(
        "payment.decide_part", by=by, at=at, object_kind="agreement", object_id=row.pk, reason=f"{month} {part}"
    )
    return decision


@transaction.atomic
def settle(*, agreement: UUID, month: date, by: Commission, at: datetime) -> Settled:
    """Settle a month that has ended: its lines stay as they are from then on."""
    row = _held(agreement, month, by)
    if timezone.localdate(at) < next_month(month):
        raise TooEarly(_("Månaden är inte slut än."))
    found = statement(row, month, at)
    lines = [line.stored() for line in found.lines]
    kept = Settled.objects.create(agreement=row, month=month, lines=lines, total=found.total, by=by, at=at)
    audit.write("payment.settle", by=by, at=at, object_kind="agreement", object_id=row.pk, reason=str(month))
    return kept


def _held(agreement: UUID, month: date, by: Commission) -> Agreement:
    """The agreement, locked, if the month is open and the commission is the payer's."""
    row = Agreement.objects.select_for_update(of=("self",)).select_related("payee").get(pk=agreement)
    if by.unit.provider_id != row.payer_id:
        raise NotYours(_("Den som betalar beslutar och fastställer."))
    if month.day != 1 or next_month(month) <= row.since or (row.until is not None and month >= row.until):
        raise WrongAgreement(_("Överenskommelsen gäller inte den månaden."))
    if Settled.objects.filter(agreement=row, month=month).exists():
        raise AlreadySettled(_("Månaden är redan fastställd."))
    return row
