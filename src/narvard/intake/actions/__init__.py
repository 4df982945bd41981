"""Writes of the intake room: what happens to a request, each step with its history, audit row and care relations."""

from narvard.intake.actions.answers import assign_request, decline_request, forward_request, mark_missent, take_request
from narvard.intake.actions.endings import (
    close_for_death,
    close_with_advice,
    end_with_episode,
    refuse_request,
    reopen_after_death,
    reopen_request,
    withdraw_request,
)
from narvard.intake.actions.escalation import escalate_late
from narvard.intake.actions.programmes import end_programme, load_programmes, publish_version
from narvard.intake.actions.requests import register_request
from narvard.intake.actions.waiting import (
    acknowledge_request,
    dispatch_car,
    leave_waiting_room,
    place_in_waiting_room,
    reassess,
    return_to_ambulance,
)
from narvard.intake.steps import Suggestion

__all__ = [
    "Suggestion",
    "acknowledge_request",
    "assign_request",
    "close_for_death",
    "close_with_advice",
    "decline_request",
    "dispatch_car",
    "end_programme",
    "end_with_episode",
    "escalate_late",
    "forward_request",
    "leave_waiting_room",
    "load_programmes",
    "mark_missent",
    "place_in_waiting_room",
    "publish_version",
    "reassess",
    "refuse_request",
    "register_request",
    "reopen_after_death",
    "reopen_request",
    "return_to_ambulance",
    "take_request",
    "withdraw_request",
]
