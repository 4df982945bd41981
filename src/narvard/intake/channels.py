"""Which channel a unit's requests come through, so that nobody has to choose it while on the phone."""

from narvard.intake.models import Channel
from narvard.organisation.models import CareUnit

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


def channel_of(unit: CareUnit) -> str:
    """The channel of a unit's own requests; what the intake itself writes down came from patient or relative."""
    return _CHANNELS.get(Kind(unit.kind), Channel.PATIENT).value
