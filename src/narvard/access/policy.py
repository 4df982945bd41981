"""The access decision: pure, over facts. One place, no database, no clock.

Within one provider the law asks for a current care relation and respects the patient's inner blocks
(PDL 2008:355 4 kap.); across providers also for the patient's consent and no block (lag 2022:913 3 kap.).
What lies at another unit is read by an active choice (HSLF-FS 2016:40 4 kap.). Nothing but an emergency, or
a lift of the block, opens what is blocked. Social services' data open only with consent to just that (OSL 26 kap.).
"""

import uuid
from dataclasses import dataclass
from datetime import date

from narvard.access.models import Block, CareRelation, Consent
from narvard.access.rules import RULES, Verdict
from narvard.organisation.models import Commission
from narvard.people.models import InformationKind

_CARE = frozenset({Commission.Purpose.CARE, Commission.Purpose.SOCIAL})
# Who sent a request may follow it, and no more: the relation does not open the patient.
FOLLOWS = frozenset({CareRelation.Kind.SENT})
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
    """Who asks: the acting commission's unit, provider, purpose, role and rights."""

    unit: uuid.UUID
    provider: uuid.UUID
    purpose: str
    role: str
    reads_shared: bool = True
    """Whether the commission holds the right to other providers' records (SITHS: SJF)."""
    sees_protected: bool = False
    """Whether the commission holds the right to the place of those with protected identity."""


@dataclass(frozen=True)
class Row:
    """A clinical row that is asked for: whose, of what kind, from when, and to whom it was sent."""

    kind: str
    unit: uuid.UUID
    provider: uuid.UUID
    social: bool = False
    """Whether the unit that keeps it is of the social services."""
    on: date = date.min
    parties: frozenset[uuid.UUID] = frozenset()
    sources: frozenset[uuid.UUID] = frozenset()
    """Ids by which a care relation says that it follows from this row."""
    open_to_all_related: bool = False


@dataclass(frozen=True)
class BlockFact:
    """A block in force: what it covers. An empty kind, unit or end of the period covers all."""

    scope: str
    provider: uuid.UUID
    unit: uuid.UUID | None = None
    kind: str = ""
    since: date | None = None
    """First and last day of the information that is blocked."""
    until: date | None = None


@dataclass(frozen=True)
class Circumstances:
    """What is true of the patient and the reader at the instant."""

    relations: frozenset[str] = frozenset()
    """Kinds of current care relation of the reader's unit to the patient."""
    sources: frozenset[uuid.UUID] = frozenset()
    """What the current relations follow from: requests, hand-overs, visits and more."""
    earlier: frozenset[uuid.UUID] = frozenset()
    """What relations that have ended followed from."""
    consents: frozenset[str] = frozenset()
    """Kinds of consent in force for the reader's provider."""
    hidden: bool = False
    """Whether the patient has protected identity."""
    blocks: frozenset[BlockFact] = frozenset()
    """Blocks in force, those left out that are lifted for the reader's unit."""
    emergency: frozenset[str] = frozenset()
    """Kinds of information that the reader has opened in an emergency that lasts."""
    chosen: bool = False
    """Whether the reader has chosen, with a reason, to read beyond the own unit."""
    own: bool = False
    """Whether the patient is the reader."""
    colleague: bool = False
    """Whether the patient works at the reader's unit."""


@dataclass(frozen=True)
class Decision:
    """The verdict and the rule that gave it."""

    rule: str

    @property
    def verdict(self) -> Verdict:
        """Allow, allow with active choice, blocked data exists, or deny."""
        return RULES[self.rule].verdict

    @property
    def allowed(self) -> bool:
        """Whether the look is allowed as things stand."""
        return self.verdict is Verdict.ALLOW


def may_open(reader: Reader, about: Circumstances) -> Decision:
    """Whether the reader may open the patient at all (identity, responsibility, whom to call, times of visits)."""
    if about.own:
        return Decision("own-record")
    if reader.purpose not in _CARE:
        return Decision("purpose-is-not-care")
    if _in_emergency(reader, about):
        return Decision("emergency")
    if not about.relations - FOLLOWS:
        return Decision("sent-request-only" if about.relations else "no-care-relation")
    if about.colleague and not about.chosen:
        return Decision("colleague")
    return Decision("care-relation")


def may_follow(reader: Reader, about: Circumstances) -> Decision:
    """Whether the reader may open a request that the own unit sent, though not the patient."""
    opened = may_open(reader, about)
    return Decision("sent-request") if opened.rule == "sent-request-only" else opened


def may_read(reader: Reader, about: Circumstances, row: Row) -> Decision:
    """Whether the reader may read the content of a clinical row."""
    opened = may_follow(reader, about)
    if not opened.allowed:
        return opened
    knows = bool(about.relations - FOLLOWS)
    if _disclosed(reader, row, about.sources | about.earlier if knows else about.sources):
        return Decision("disclosed-to-this-unit")
    if opened.rule == "sent-request":
        return Decision("sent-request-only")
    # A row of the social services' is theirs whatever kind it has: an emergency in the care opens none of them.
    if _in_emergency(reader, about) and row.kind in about.emergency and not _is_social(row):
        return Decision("emergency")
    if not knows:
        return Decision("emergency-for-other-kinds")
    if row.open_to_all_related:
        return Decision("open-to-all-who-take-part")
    return _beyond(reader, about, row)


def may_see_place(reader: Reader, about: Circumstances) -> Decision:
    """Whether the reader may see the patient's address, coordinates and place name."""
    opened = may_open(reader, about)
    if not opened.allowed or not about.hidden:
        return opened
    if reader.sees_protected:
        return Decision("right-to-protected-identity")
    goes = bool(about.relations & _PLACE_RELATIONS) or _in_emergency(reader, about)
    return Decision("must-go-there" if goes and reader.role in _PLACE_ROLES else "protected-identity")


def _in_emergency(reader: Reader, about: Circumstances) -> bool:
    return bool(about.emergency) and reader.purpose == Commission.Purpose.CARE and not about.own


def _disclosed(reader: Reader, row: Row, sources: frozenset[uuid.UUID]) -> bool:
    """What a unit wrote itself, and coordination that it takes or took part in."""
    if row.unit == reader.unit and _own_branch(reader, row):
        return True
    return row.kind == InformationKind.COORDINATION and (reader.unit in row.parties or bool(row.sources & sources))


def _beyond(reader: Reader, about: Circumstances, row: Row) -> Decision:
    """What another unit keeps: secrecy between branches, consent across providers, blocks, then the choice."""
    shut = _shut(reader, about, row)
    if shut is not None:
        return shut
    if any(blocks(block, reader, row) for block in about.blocks):
        return Decision("blocked")
    if about.chosen or row.kind == InformationKind.COORDINATION or _judges(reader, about):
        return Decision("own-branch" if _own_branch(reader, row) else _consented(row))
    return Decision("choice-own-provider" if _own_branch(reader, row) else "choice-across-providers")


def _judges(reader: Reader, about: Circumstances) -> bool:
    """Whether the reader's task is to judge a request about the patient: that is a stand taken already."""
    return reader.role == Commission.Role.COORDINATOR and CareRelation.Kind.REQUEST in about.relations


def _shut(reader: Reader, about: Circumstances, row: Row) -> Decision | None:
    """The rule that closes a row of another unit whatever is chosen; None when it may come into question."""
    if _own_branch(reader, row):
        return None
    if _is_social(row):
        return None if Consent.Kind.SOCIAL in about.consents else Decision("social-services-secrecy")
    if reader.purpose == Commission.Purpose.SOCIAL and row.kind != InformationKind.COORDINATION:
        return Decision("social-services-read-no-care-record")
    if row.provider != reader.provider and not reader.reads_shared:
        return Decision("commission-without-shared-record")
    if Consent.Kind.SHARED_RECORD not in about.consents:
        return Decision("no-consent-across-providers")
    return None


def _consented(row: Row) -> str:
    return "consent-to-social-data" if _is_social(row) else "consent-to-shared-record"


def _is_social(row: Row) -> bool:
    return row.social or row.kind == InformationKind.SOCIAL


def _own_branch(reader: Reader, row: Row) -> bool:
    """Whether provider and branch (health care or social services) are the reader's own: secrecy runs between them."""
    return row.provider == reader.provider and _is_social(row) == (reader.purpose == Commission.Purpose.SOCIAL)


def blocks(block: BlockFact, reader: Reader, row: Row) -> bool:
    """Whether a block closes the row to the reader.

    An inner block closes a unit's rows to all other units, also those of other providers (what is closed within
    is closed outwards); an outer block closes a provider's rows to other providers.
    """
    outside = reader.provider != row.provider if block.scope == Block.Scope.OUTER else reader.unit != row.unit
    return (
        outside
        and row.provider == block.provider
        and block.unit in {None, row.unit}
        and block.kind in {"", row.kind}
        and (block.since is None or block.since <= row.on)
        and (block.until is None or row.on <= block.until)
    )
