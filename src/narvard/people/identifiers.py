"""Reading personal identifiers: personnummer, samordningsnummer and nationellt reservnummer."""

import gzip
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from django.conf import settings
from django.utils.translation import gettext as _
from personnummer import personnummer

from narvard.core.errors import Refused
from narvard.people.models import PatientIdentifier

System = PatientIdentifier.System


class InvalidIdentifier(Refused):
    """The text is not an identifier that a person can have."""


@dataclass(frozen=True)
class Identifier:
    """A read identifier: ``value`` as stored (twelve digits), and the birth date it tells, if it does."""

    system: str
    value: str
    birth_date: date | None

    @property
    def shown(self) -> str:
        """As people write it: 19400101-1234."""
        return f"{self.value[:8]}-{self.value[8:]}" if len(self.value) == 12 else self.value


# Vårdgemensamt nationellt reservnummer: century 22 or 24 marks it, then a letter block (SFMI; Ineras regelverk).
_RESERVE = re.compile(r"^\d{8}-?[A-Z]{2}[A-Z0-9]{2}$")


def read_identifier(text: str, *, today: date) -> Identifier:
    """Read what a person typed. ``today`` decides the century of a ten-digit number and refuses the unborn."""
    cleaned = re.sub(r"[\s\u2010-\u2015]", lambda m: "-" if m.group().strip() else "", text).upper()
    if _RESERVE.match(cleaned):
        return Identifier(System.RESERVNUMMER, cleaned.replace("-", ""), None)
    if not re.fullmatch(r"\d{6}(\d{2})?[-+]?\d{4}", cleaned):
        raise InvalidIdentifier(_("Skriv personnumret med tio eller tolv siffror, till exempel 19400101-1234."))
    try:
        number = personnummer.Personnummer(_with_century(cleaned, today))
    except (personnummer.PersonnummerException, ValueError):
        raise InvalidIdentifier(_("Personnumret finns inte: datum eller kontrollsiffra stämmer inte.")) from None
    return _checked(number, today)


def _with_century(cleaned: str, today: date) -> str:
    """A ten-digit number with the century that makes the person 0 to 99 years old (100 more after a plus)."""
    digits = re.sub(r"\D", "", cleaned)
    if len(digits) == 12:
        return digits
    year = today.year - (today.year - int(digits[:2])) % 100
    in_future = (year, digits[2:4], digits[4:6]) > (today.year, f"{today.month:02}", f"{today.day:02}")
    if in_future and int(digits[4:6]) <= 60:
        year -= 100
    if "+" in cleaned:
        year -= 100
    return f"{year:04}{digits[2:]}"


def _checked(number: "personnummer.Personnummer", today: date) -> Identifier:
    coordination = number.is_coordination_number()
    born = number.get_date()
    born_on = date(born.year, born.month, born.day)
    if born_on > today:
        raise InvalidIdentifier(_("Personnumret gäller någon som inte är född ännu."))
    if today.year - born_on.year > 120:
        raise InvalidIdentifier(_("Personnumret gäller någon som vore över 120 år. Kontrollera siffrorna."))
    value = number.format(long_format=True)
    if settings.NARVARD_DEMO and value not in official_test_numbers():
        raise InvalidIdentifier(_("Demonstrationen tar bara Skatteverkets testpersonnummer, aldrig verkliga."))
    return Identifier(System.SAMORDNINGSNUMMER if coordination else System.PERSONNUMMER, value, born_on)


@cache
def official_test_numbers() -> frozenset[str]:
    """Skatteverket's official test numbers, twelve digits each."""
    packed = resources.files("narvard.people").joinpath("data/testpersonnummer_skatteverket.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split())
