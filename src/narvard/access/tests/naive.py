"""A second, naive implementation of the access rules, over plain rows: it shares no code with the policy.

It asks the questions one by one, in the order a person would, and answers "read", "choose", "blocked" or "no".
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from narvard.access.models import ActiveChoice, Block, BlockLift, CareRelation, Consent, EmergencyOpening, OwnRecord
from narvard.organisation.models import Commission

SWEDEN = ZoneInfo("Europe/Stockholm")
SOCIAL_UNITS = {"home_help", "needs_assessment", "housing_support"}


class Area:
    """All rows of an area, read once."""

    def __init__(self) -> None:
        self.relations = list(CareRelation.objects.all())
        self.consents = list(Consent.objects.all())
        self.blocks = list(Block.objects.all())
        self.lifts = list(BlockLift.objects.all())
        self.emergencies = list(EmergencyOpening.objects.all())
        self.choices = list(ActiveChoice.objects.all())
        self.own_records = list(OwnRecord.objects.all())
        self.commissions = list(Commission.objects.all())

    def answer(self, who: Commission, row, at: datetime) -> str:
        """What ``who`` gets to see of the clinical ``row`` at ``at``."""
        patient = row.patient_id
        if any(o.staff_id == who.staff_id and o.patient_id == patient for o in self.own_records):
            return "no"
        if who.purpose not in ("care", "social"):
            return "no"
        kinds = {
            r.kind for r in self.relations if r.patient_id == patient and r.unit_id == who.unit_id and lasts(r, at)
        }
        rescued: set[str] = set()
        for e in self.emergencies:
            if e.patient_id == patient and e.commission_id == who.pk and lasts(e, at) and who.purpose == "care":
                rescued |= set(e.kinds)
        chosen = any(c.patient_id == patient and c.commission_id == who.pk and lasts(c, at) for c in self.choices)
        knows_patient = bool(kinds - {"sent"})
        sent = "sent" in kinds
        if not knows_patient and not sent and not rescued:
            return "no"
        if knows_patient and not rescued and not chosen and self.is_colleague(who, patient, at):
            return "choose"
        if self.is_ours(who, row, at, knows_patient):
            return "read"
        if row.information_kind in rescued and row.owner_unit.kind not in SOCIAL_UNITS:
            return "read"
        if not knows_patient:
            return "no"
        if row.open_to_all_related:
            return "read"
        return self.from_others(who, row, at, chosen or (who.role == "coordinator" and "request" in kinds))

    def is_colleague(self, who: Commission, patient, at: datetime) -> bool:
        day = at.astimezone(SWEDEN).date()
        for own in self.own_records:
            if own.patient_id == patient:
                for c in self.commissions:
                    works = c.since <= day and (c.until is None or c.until > day)
                    if works and c.staff_id == own.staff_id and c.unit_id == who.unit_id:
                        return True
        return False

    def is_ours(self, who: Commission, row, at: datetime, knows_patient: bool) -> bool:
        social = row.owner_unit.kind in SOCIAL_UNITS or row.information_kind == "social"
        if row.owner_unit_id == who.unit_id and social == (who.purpose == "social"):
            return True
        if row.information_kind != "coordination":
            return False
        if who.unit_id in row.parties():
            return True
        for r in self.relations:
            ours = r.patient_id == row.patient_id and r.unit_id == who.unit_id and r.source_id in row.sources()
            if ours and r.since <= at and (knows_patient or lasts(r, at)):
                return True
        return False

    def from_others(self, who: Commission, row, at: datetime, chosen: bool) -> str:
        owner = row.owner_unit
        social = owner.kind in SOCIAL_UNITS or row.information_kind == "social"
        same_house = owner.provider_id == who.unit.provider_id and social == (who.purpose == "social")
        if not same_house:
            yes = {
                c.kind
                for c in self.consents
                if c.patient_id == row.patient_id
                and c.provider_id in (None, who.unit.provider_id)
                and lasts(c, at)
                and (c.withdrawn_at is None or at < c.withdrawn_at)
            }
            if social:
                if "social" not in yes:
                    return "no"
            else:
                if who.purpose == "social" and row.information_kind != "coordination":
                    return "no"
                if owner.provider_id != who.unit.provider_id and not who.reads_shared:
                    return "no"
                if "shared_record" not in yes:
                    return "no"
        if any(self.shuts(block, who, row, at) for block in self.blocks):
            return "blocked"
        return "read" if chosen or row.information_kind == "coordination" else "choose"

    def shuts(self, block: Block, who: Commission, row, at: datetime) -> bool:
        owner = row.owner_unit
        if block.patient_id != row.patient_id or block.provider_id != owner.provider_id:
            return False
        if at < block.since or (block.removed_at is not None and block.removed_at <= at):
            return False
        for lift in self.lifts:
            if lift.block_id == block.pk and lift.unit_id == who.unit_id and lasts(lift, at):
                return False
        if block.unit_id is not None and block.unit_id != owner.pk:
            return False
        if block.information_kind and block.information_kind != row.information_kind:
            return False
        day = row.dated.astimezone(SWEDEN).date()
        if block.info_from and day < block.info_from:
            return False
        if block.info_until and day > block.info_until:
            return False
        if block.scope == "inner":
            return who.unit_id != owner.pk
        return who.unit.provider_id != owner.provider_id


def lasts(row, at: datetime) -> bool:
    """Whether ``at`` is in the half-open period of the row."""
    return row.since <= at and (row.until is None or at < row.until)
