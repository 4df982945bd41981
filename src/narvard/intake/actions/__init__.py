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
from narvard.intake.actions.programmes import load_programmes
from narvard.intake.actions.requests import register_request, register_taken_request
from narvard.intake.steps import Suggestion

__all__ = [
    "Suggestion",
    "assign_request",
    "close_for_death",
    "close_with_advice",
    "decline_request",
    "end_with_episode",
    "forward_request",
    "load_programmes",
    "mark_missent",
    "refuse_request",
    "register_request",
    "register_taken_request",
    "reopen_after_death",
    "reopen_request",
    "take_request",
    "withdraw_request",
]
