"""Writes of the care room, by what they concern."""

from narvard.care.actions.beds import ask_for_bed, note_arrival
from narvard.care.actions.contacts import designate_contact, end_designation
from narvard.care.actions.corrections import DisputeEmpty, record_dispute, void_fact
from narvard.care.actions.duties import (
    escalate_late_duties,
    impose_after_discharge,
    impose_call_back,
    lapse_duties,
    restore_duties,
)
from narvard.care.actions.episodes import (
    answer_order,
    continue_episode,
    end_episode,
    end_episode_if_released,
    enrol,
    share_responsibility,
    start_contact,
)
from narvard.care.actions.handovers import (
    Content,
    accept_handover,
    change_hand_back,
    decline_handover,
    escalate_handover,
    escalate_unanswered,
    propose_handover,
    read_handover,
    withdraw_handover,
)
from narvard.care.actions.leave import record_leave
from narvard.care.actions.life import (
    admit_patient,
    discharge_patient,
    do_duty,
    end_for_death,
    plan_discharge,
    restore_after_death,
)
from narvard.care.actions.moving import register_move, undo_move
from narvard.care.actions.preparing import drop_prepared, prepare_handover, propose_prepared
from narvard.care.actions.undoing import undo_admission, undo_discharge

__all__ = [
    "Content",
    "DisputeEmpty",
    "accept_handover",
    "admit_patient",
    "answer_order",
    "ask_for_bed",
    "change_hand_back",
    "continue_episode",
    "decline_handover",
    "designate_contact",
    "discharge_patient",
    "do_duty",
    "drop_prepared",
    "end_designation",
    "end_episode",
    "end_episode_if_released",
    "end_for_death",
    "enrol",
    "escalate_handover",
    "escalate_late_duties",
    "escalate_unanswered",
    "impose_after_discharge",
    "impose_call_back",
    "lapse_duties",
    "note_arrival",
    "plan_discharge",
    "prepare_handover",
    "propose_handover",
    "propose_prepared",
    "read_handover",
    "record_dispute",
    "record_leave",
    "register_move",
    "restore_after_death",
    "restore_duties",
    "share_responsibility",
    "start_contact",
    "undo_admission",
    "undo_discharge",
    "undo_move",
    "void_fact",
    "withdraw_handover",
]
