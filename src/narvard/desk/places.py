"""Where each role starts and which places its navigation shows."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from narvard.organisation.models import Commission

Role = Commission.Role


@dataclass(frozen=True)
class Place:
    """A place in the navigation: its words and the page it opens."""

    label: Any
    page: str


INBOX = Place(_("Intag"), "intake:inbox")
NEW = Place(_("Ny vårdbegäran"), "intake:new")
WAITING = Place(_("Väntrum"), "intake:waiting")
SENT = Place(_("Skickade"), "intake:sent")
TEAM_INBOX = Place(_("Inkorg"), "intake:team-inbox")
DAY = Place(_("Min dag"), "team:day")
MINE = Place(_("Mina patienter"), "patient:mine")
PLANS = Place(_("Planer"), "plans:mine")
CONFERENCES = Place(_("Konferenser"), "conference:mine")
DISCHARGES = Place(_("Utskrivningar"), "discharge:list")
HANDOVERS = Place(_("Överlämningar"), "handover:list")
EARLY = Place(_("Tidiga tecken"), "intake:early")
PLANNING = Place(_("Dagens plan"), "planner:day")
OVERVIEW = Place(_("Området"), "management:overview")
REGISTRATION = Place(_("Registrering"), "followup:registration")
FOLLOWUP = Place(_("Uppföljning"), "followup:overview")
DEVIATIONS = Place(_("Avvikelser"), "deviations:list")
PROGRAMMES = Place(_("Program"), "programmes:list")
SCENARIOS = Place(_("Scenarier"), "capacity:list")
LOG = Place(_("Loggkontroll"), "log:queue")
PHONES = Place(_("Enheter och telefon"), "account:directory")

# The first place is the role's start page.
PLACES: dict[str, tuple[Place, ...]] = {
    Role.COORDINATOR: (INBOX, WAITING, NEW, MINE, HANDOVERS, PLANNING, OVERVIEW, FOLLOWUP, DEVIATIONS, PHONES),
    Role.TEAM: (
        DAY,
        TEAM_INBOX,
        WAITING,
        MINE,
        HANDOVERS,
        DISCHARGES,
        PLANS,
        CONFERENCES,
        NEW,
        REGISTRATION,
        DEVIATIONS,
        PHONES,
    ),
    Role.PHYSICIAN: (
        MINE,
        DAY,
        TEAM_INBOX,
        EARLY,
        HANDOVERS,
        DISCHARGES,
        PLANS,
        CONFERENCES,
        NEW,
        SENT,
        REGISTRATION,
        DEVIATIONS,
        PHONES,
    ),
    Role.WARD: (NEW, SENT, MINE, DISCHARGES, HANDOVERS, PLANS, CONFERENCES, DEVIATIONS, PHONES),
    Role.MUNICIPAL: (
        MINE,
        DAY,
        HANDOVERS,
        DISCHARGES,
        PLANS,
        CONFERENCES,
        NEW,
        SENT,
        EARLY,
        REGISTRATION,
        DEVIATIONS,
        PHONES,
    ),
    Role.SOCIAL: (MINE, DISCHARGES, PLANS, NEW, SENT, EARLY, DEVIATIONS, PHONES),
    Role.SENDER: (NEW, WAITING, SENT, MINE, DEVIATIONS, PHONES),
    Role.PLANNER: (PLANNING, INBOX, WAITING, MINE, OVERVIEW, FOLLOWUP, DEVIATIONS, PHONES),
    Role.MANAGER: (OVERVIEW, FOLLOWUP, SCENARIOS, PROGRAMMES, LOG, DEVIATIONS, PHONES),
    Role.SAFETY: (OVERVIEW, FOLLOWUP, LOG, DEVIATIONS, SCENARIOS, PHONES),
    Role.ADMINISTRATOR: (PHONES, PROGRAMMES, OVERVIEW, FOLLOWUP),
}


def places_of(commission: Commission) -> tuple[Place, ...]:
    """The places of the commission's role."""
    return PLACES[commission.role]
