"""The access decision: pure, over facts. One place, no database, no clock.

Within one provider the law asks for a current care relation (PDL 2008:355 4 ch.); across providers also for
the patient's consent (lag 2022:913 3 ch.). What is sent in a request or a hand-over is disclosed to the
units it is sent to, so coordination rows follow the relation alone.
"""

import uuid
from dataclasses import dataclass

from narvard.access.models import CareRelation, Consent
from narvard.organisation.models import Commission
from narvard.people.models import InformationKind

_CARE = frozenset({Commission.Purpose.CARE, Commission.Purpose.SOCIAL})
# Units with these relations go to the person's home, or the person lives with them.
_PLACE_RELATIONS = frozenset(
    {
        CareRelation.Kind.VISIT,
        CareRelation.Kind.ENROLMENT,
        CareRelation.Kind.HOME_NURSING,
        CareRelation.Kind.LIVES_AT,
        CareRelation.Kind.SOCIAL,
    }
)
_PLACE_ROLES = frozenset(
    {Commission.Role.TEAM, Commission.Role.PHYSICIAN, Commission.Role.MUNICIPAL, Commission.Role.SOCIAL}
)


@dataclass(frozen=True)
class Reader:
    """Who asks: the acting commission's unit, provider, purpose and role."""

    unit: uuid.UUID
    provider: uuid.UUID
    purpose: str
    role: str


@dataclass(frozen=True)
class Circumstances:
    """What is true of the patient and the reader at the instant."""

    relations: frozenset[str] = frozenset()
    """Kinds of current care relation of the reader's unit to the patient."""
    consents: frozenset[str] = frozenset()
    """Kinds of consent in force for the reader's provider."""
    hidden: bool = False
    """Whether the patient has protected identity."""


@dataclass(frozen=True)
class Decision:
    """The verdict and the rule that gave it."""

    allowed: bool
    rule: str


def may_open(reader: Reader, about: Circumstances) -> Decision:
    """Whether the reader may open the patient at all (identity, requests, responsibility, plan of visits)."""
    if reader.purpose not in _CARE:
        return Decision(False, "purpose-is-not-care")
    if not about.relations:
        return Decision(False, "no-care-relation")
    return Decision(True, "care-relation")


def may_read(reader: Reader, about: Circumstances, kind: str, owner_provider: uuid.UUID) -> Decision:
    """Whether the reader may read a clinical row of ``kind`` that ``owner_provider`` keeps."""
    opened = may_open(reader, about)
    if not opened.allowed:
        return opened
    if kind == InformationKind.SOCIAL:
        return _social(reader, about, owner_provider)
    if reader.purpose == Commission.Purpose.SOCIAL and kind != InformationKind.COORDINATION:
        return Decision(False, "social-services-read-no-care-record")
    if owner_provider == reader.provider:
        return Decision(True, "own-provider")
    if kind == InformationKind.COORDINATION:
        return Decision(True, "disclosed-in-coordination")
    if Consent.Kind.SHARED_RECORD in about.consents:
        return Decision(True, "consent-to-shared-record")
    return Decision(False, "no-consent-across-providers")


def _social(reader: Reader, about: Circumstances, owner_provider: uuid.UUID) -> Decision:
    if owner_provider == reader.provider and reader.purpose == Commission.Purpose.SOCIAL:
        return Decision(True, "own-social-services")
    if Consent.Kind.SOCIAL in about.consents:
        return Decision(True, "consent-to-social-data")
    return Decision(False, "social-services-secrecy")


def may_see_place(reader: Reader, about: Circumstances) -> Decision:
    """Whether the reader may see the patient's address, coordinates and place name."""
    opened = may_open(reader, about)
    if not opened.allowed or not about.hidden:
        return opened
    if reader.role in _PLACE_ROLES and about.relations & _PLACE_RELATIONS:
        return Decision(True, "must-go-there")
    return Decision(False, "protected-identity")
