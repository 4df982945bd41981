"""The ways in: which channel a unit's requests come through, and who waits for a car from the start."""

from narvard.intake.models import Channel, Risk, Urgency
from narvard.organisation.models import CareUnit, Commission, Profession

Kind = CareUnit.Kind

_CHANNELS = {
    Kind.WARD: Channel.WARD,
    Kind.CLINIC: Channel.WARD,
    Kind.EMERGENCY: Channel.WARD,
    Kind.HEALTH_CENTRE: Channel.HEALTH_CENTRE,
    Kind.HOME_NURSING: Channel.MUNICIPAL_NURSE,
    Kind.MUNICIPAL_REHAB: Channel.MUNICIPAL_NURSE,
    Kind.SPECIAL_HOUSING: Channel.MUNICIPAL_NURSE,
    Kind.SHORT_TERM: Channel.MUNICIPAL_NURSE,
    Kind.HOME_HELP: Channel.SOCIAL,
    Kind.NEEDS_ASSESSMENT: Channel.SOCIAL,
    Kind.HOUSING_SUPPORT: Channel.SOCIAL,
    Kind.AMBULANCE: Channel.AMBULANCE,
    Kind.ALARM_CENTRE: Channel.ALARM_CENTRE,
    Kind.SOS: Channel.SOS,
    Kind.ADVICE_1177: Channel.ADVICE_1177,
    Kind.TEAM: Channel.TEAM,
}


_NURSES = frozenset({Profession.NURSE, Profession.DISTRICT_NURSE})


def channel_for(by: Commission) -> str:
    """The channel of what somebody sends: at a health centre its physicians and its nurses send on different terms."""
    if by.unit.kind == Kind.HEALTH_CENTRE and by.staff.profession in _NURSES:
        return Channel.REGIONAL_NURSE.value
    return channel_of(by.unit)


def channel_of(unit: CareUnit) -> str:
    """The channel of a unit's own requests; what the intake itself writes down came from patient or relative."""
    return _CHANNELS.get(Kind(unit.kind), Channel.PATIENT).value


# The patient is at home, and an ambulance has left or was not sent because a team may come.
_INSTEAD_OF_AMBULANCE = frozenset({Channel.AMBULANCE, Channel.ALARM_CENTRE, Channel.SOS})
_SOON = frozenset({Urgency.ACUTE, Urgency.SEMI_ACUTE})


def waits_from_the_start(channel: str, urgency: str) -> bool:
    """Whether somebody is in the waiting room as soon as the request is registered."""
    return channel in _INSTEAD_OF_AMBULANCE and urgency in _SOON


def first_risk(urgency: str) -> Risk:
    """The risk until somebody has looked again: whoever is acutely ill is uncertain."""
    return Risk.RAISED if urgency == Urgency.ACUTE else Risk.LOW
