"""The parts of follow-up beside each other: the tabs that every one of its pages shows."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from narvard.access.pages import CareHttpRequest, Role
from narvard.ui.parts import Tab

READERS = (Role.MANAGER, Role.SAFETY)
WRITERS = (Role.MANAGER,)

# The words, the page, and whom it is for.
ALL = (Role.MANAGER, Role.SAFETY, Role.COORDINATOR, Role.PLANNER, Role.ADMINISTRATOR)
PARTS: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (_("Siffror"), "followup:overview", ALL),
    (_("Effekt"), "effect:list", WRITERS),
    (_("Enkäter"), "questionnaires:list", READERS),
    (_("Ersättning"), "payment:list", WRITERS),
    (_("Vårddata"), "utilisation:list", WRITERS),
)


def tabs(request: CareHttpRequest, current: str) -> list[Tab]:
    """The tabs that the reader's role may open; ``current`` is the page's own name."""
    return [
        Tab(str(label), reverse(page), current=page == current)
        for label, page, roles in PARTS
        if request.commission.role in roles
    ]
