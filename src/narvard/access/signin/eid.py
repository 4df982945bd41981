"""Patients and relatives: an e-identification tells who the person is, and that alone decides what they may see.

No commission comes of it and no staff page opens. The personal identity number is used at sign-in to find the
person and is then forgotten: the session holds ids and a keyed hash.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from narvard.access.signin.errors import SignInRefused
from narvard.access.signin.models import Representative
from narvard.people.identifiers import Identifier, InvalidIdentifier, read_identifier
from narvard.people.models import Patient
from narvard.people.queries import age, by_identifier

# From this age a child decides in care matters more and more; a guardian sees nothing without the child (PDL 4 kap.,
# offentlighets- och sekretesslagen 12 kap. 3 §, föräldrabalken 6 kap. 11 §).
GUARDIAN_UNTIL_YEARS = 13
OF_AGE_YEARS = 18


@dataclass(frozen=True)
class Person:
    """Who signed in with an e-identification: the keyed hash of the identifier, and the patient it belongs to."""

    key: str
    name: str
    patient: str = ""

    @classmethod
    def of_session(cls, kept: Mapping[str, Any]) -> "Person":
        """The person as a session keeps it."""
        return cls(str(kept["key"]), str(kept["name"]), str(kept.get("patient", "")))

    def for_session(self) -> dict[str, str]:
        """What the session keeps."""
        return {"key": self.key, "name": self.name, "patient": self.patient}


def person_key(identifier: Identifier) -> str:
    """The keyed hash a person is recognised by when they are no patient here."""
    text = f"{identifier.system}:{identifier.value}"
    return salted_hmac("narvard.person", text, secret=settings.NARVARD_PERSON_KEY, algorithm="sha256").hexdigest()


def identify(claims: Mapping[str, Any], *, at: datetime) -> Person:
    """The person behind the claims. Raises :class:`SignInRefused` when it is nobody who has a page here."""
    number = claims.get(settings.NARVARD_EID_CLAIM)
    if not isinstance(number, str) or not number.strip():
        raise SignInRefused("claim-missing:identifier", _("E-legitimationen lämnade inget personnummer."))
    try:
        identifier = read_identifier(number, today=timezone.localdate(at))
    except InvalidIdentifier as error:
        raise SignInRefused("identifier", str(error)) from None
    names = [str(claims.get(name) or "") for name in ("given_name", "family_name")]
    name = str(claims.get("name") or " ".join(filter(None, names)))
    return recognise(identifier, name, at=at)


def recognise(identifier: Identifier, name: str, *, at: datetime) -> Person:
    """The person with this identifier, as patient or as somebody's representative. Raises :class:`SignInRefused`."""
    patient = by_identifier(identifier)
    if patient is not None and patient.died_at is not None:
        patient = None
    person = Person(
        person_key(identifier), (patient.name if patient else name)[:120], str(patient.pk) if patient else ""
    )
    if patient is None and not representing(person, at).exists():
        raise SignInRefused(
            "nobody",
            _("Det finns ingen sida för dig här. Är du ombud för någon? Be vården att skriva in dig."),
        )
    return person


def in_force(at: datetime) -> QuerySet[Representative]:
    """Representatives whose right holds at ``at``."""
    return Representative.objects.filter(Q(until=None) | Q(until__gt=at), since__lte=at)


def representing(person: Person, at: datetime) -> QuerySet[Representative]:
    """Those whom the person represents at ``at``: alive, and the right in force."""
    rows = in_force(at).filter(person_key=person.key, patient__died_at=None)
    return rows.select_related("patient__listed_at").order_by("patient__sort_key")


def why_closed(row: Representative, today: date) -> str:
    """Why a representative sees nothing although the right is in force; "" when they do see the page."""
    patient: Patient = row.patient
    years = age(patient, today)
    if patient.hidden:
        return _("Personen har skyddade uppgifter. Sidan visas bara för personen själv.")
    if row.kind == Representative.Kind.GUARDIAN and years >= OF_AGE_YEARS:
        return _("Personen är myndig och avgör själv vem som får se sidan.")
    if row.kind == Representative.Kind.GUARDIAN and years >= GUARDIAN_UNTIL_YEARS:
        return _("Från 13 år visas sidan bara för den unga själv. Prata med den unga, eller med vården.")
    return ""
