"""When a code can be answered with, and how many wrong ones may be typed."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from narvard.core.errors import Refused
from narvard.followup.questionnaires.models import Code, WrongCode
from narvard.organisation.models import CareUnit, Commission

TRIES = 10
TRIES_WITHIN = timedelta(minutes=10)


class WrongRound(Refused):
    """The days or the number of codes cannot be."""


class RoundClosed(Refused):
    """The round does not take answers, or codes, any more or yet."""


class CodeUnknown(Refused):
    """There is no such code."""


class CodeUsed(Refused):
    """Somebody has answered with the code."""


class NothingAnswered(Refused):
    """No question has been answered."""


class TooManyTries(Refused):
    """Too many wrong codes from one place."""


def may_join(by: Commission) -> bool:
    """Whether the commission may begin one round at units of several providers: the joint management's."""
    joint = by.unit.kind == CareUnit.Kind.MANAGEMENT and bool(by.unit.care_area)
    return joint and by.role == Commission.Role.MANAGER


def usable(row: Code | None, at: datetime) -> Code:
    """The code, if it can be answered with at ``at``; refused in kind words."""
    today = timezone.localdate(at)
    if row is None:
        raise CodeUnknown(_("Koden finns inte. Se efter på lappen: bara bokstäver, åtta stycken."))
    if row.used:
        raise CodeUsed(_("Koden är redan besvarad. Tack för ditt svar! Varje kod kan användas en gång."))
    if not row.round.opens_on <= today < row.round.closes_on:
        raise RoundClosed(_("Enkäten tar inte emot svar nu. Tack för att du ville svara!"))
    return row


def refuse_guesser(address: str, at: datetime) -> None:
    """Stop who has typed ten wrong codes in ten minutes. A right code is never counted, nor whence it came."""
    since = at - TRIES_WITHIN
    if WrongCode.objects.filter(address=_key(address), at__gt=since).count() >= TRIES:
        raise TooManyTries(_("Det blev för många fel koder. Vänta tio minuter och försök igen."))


def count_wrong(address: str, at: datetime) -> None:
    """Count a wrong code, and forget those whose time is out."""
    WrongCode.objects.filter(at__lte=at - TRIES_WITHIN).delete()
    WrongCode.objects.create(address=_key(address), at=at)


def _key(address: str) -> str:
    return salted_hmac("narvard.survey-address", address, algorithm="sha256").hexdigest()
