"""Writes of the access room, by what they concern."""

from narvard.access.actions.blocks import BlockNotAllowed, block, lift_block, remove_block
from narvard.access.actions.consent import ConsentNotRecorded, record_consent, withdraw_consent
from narvard.access.actions.openings import (
    ChoiceNotMade,
    EmergencyRefused,
    choose,
    mark_own_record,
    open_emergency,
)
from narvard.access.actions.relations import end_relations, relate, reopen_relations
from narvard.access.actions.representatives import RepresentativeNotRecorded, add_representative, end_representative

__all__ = [
    "BlockNotAllowed",
    "ChoiceNotMade",
    "ConsentNotRecorded",
    "EmergencyRefused",
    "RepresentativeNotRecorded",
    "add_representative",
    "block",
    "choose",
    "end_relations",
    "end_representative",
    "lift_block",
    "mark_own_record",
    "open_emergency",
    "record_consent",
    "relate",
    "remove_block",
    "reopen_relations",
    "withdraw_consent",
]
