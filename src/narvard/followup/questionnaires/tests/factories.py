"""A round with codes, and answers to it."""

from datetime import UTC, date, datetime, timedelta

from narvard.core import audit
from narvard.followup.questionnaires import actions
from narvard.followup.questionnaires.models import Round
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # a Monday
LATER = AT + timedelta(days=30)
KEYS = ("needed", "decide", "informed", "cooperate", "safe", "hospital")


def make_manager() -> Commission:
    """Somebody at the management, whose provider has a team."""
    unit = CareUnitFactory(kind=CareUnit.Kind.MANAGEMENT)
    CareUnitFactory(kind=CareUnit.Kind.TEAM, name="Mobila teamet", provider=unit.provider)
    return CommissionFactory(unit=unit, role=Commission.Role.MANAGER)


def make_round(by: Commission, **more: object) -> Round:
    """Open from today to the 20th of December."""
    values = {
        "questionnaire": "patient",
        "unit": CareUnit.objects.get(kind="team", provider=by.unit.provider),
        "opens_on": date(2026, 11, 23),
        "closes_on": date(2026, 12, 20),
        **more,
    }
    return actions.open_round(**values, by=by, at=AT)


def answered(by: Commission, row: Round, *steps: int, **more: int) -> None:
    """One answer for each step, the same to every question."""
    codes = actions.make_codes(round_id=row.pk, count=len(steps), by=by, at=AT)
    for code, step in zip(codes, steps, strict=True):
        actions.answer(code=code, answers=dict.fromkeys(KEYS, step) | more, by=audit.SYSTEM, at=AT)
