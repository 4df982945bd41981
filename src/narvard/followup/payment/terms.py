"""The terms of an agreement by its rule: sums in kronor, shares of 1. Read, checked, never guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from narvard.core.errors import Refused
from narvard.followup.payment.models import Agreement

Rule = Agreement.Rule
ACUTE, EXPERIENCE = "acute", "experience"
PARTS = (ACUTE, EXPERIENCE)


class WrongTerms(Refused):
    """The terms lack something, or cannot be."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is paid. ``outcome``: ``sum`` a year, of which ``fixed`` always, ``acute`` if acute visits and bed days fell
    by at least ``fall``, ``experience`` if patients were asked (seed 002: 95, 2.5 and 2.5 %). ``days``: ``sum`` per
    patient and day at home (seed 003). ``personnel``: ``fixed`` of ``sum`` an hour (seed 003: 70 %). ``service``:
    ``sum`` a visit."""

    sum: Decimal
    fixed: Decimal = Decimal(1)
    acute: Decimal = Decimal(0)
    experience: Decimal = Decimal(0)
    fall: Decimal = Decimal(0)

    def stored(self) -> dict[str, str]:
        """As an agreement keeps it."""
        return {name: str(getattr(self, name)) for name in self.__slots__}


def read(rule: str, told: Mapping[str, Any]) -> Terms:
    """The terms, checked against the rule."""
    try:
        found = Terms(**{name: Decimal(str(value)) for name, value in told.items()})
    except (InvalidOperation, TypeError):
        raise WrongTerms(_("Villkoren kan inte läsas.")) from None
    if not all(getattr(found, name).is_finite() for name in Terms.__slots__) or found.sum <= 0:
        raise WrongTerms(_("Skriv ett belopp över 0 kronor."))
    if not all(0 <= share <= 1 for share in (found.fixed, found.acute, found.experience)) or not 0 <= found.fall < 1:
        raise WrongTerms(_("En andel ligger mellan 0 och 100 procent."))
    parts = found.fixed + found.acute + found.experience
    if rule == Rule.OUTCOME and parts != 1:
        raise WrongTerms(_("Delarna ska tillsammans vara 100 procent, inte %(sum)s.") % {"sum": f"{100 * parts:f}"})
    if rule != Rule.OUTCOME and found.acute + found.experience:
        raise WrongTerms(_("Bara en överenskommelse med utfallsdelar har sådana."))
    return found
