"""An area whose region pays its municipality, and agreements by each rule."""

from datetime import UTC, date, datetime

from narvard.care.tests.factories import Area, make_area
from narvard.followup.payment.actions import make_agreement
from narvard.followup.payment.models import Agreement
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory, MunicipalityFactory

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)
TERMS = {
    "outcome": {"sum": "1200000", "fixed": "0.95", "acute": "0.025", "experience": "0.025"},
    "days": {"sum": "450"},
    "personnel": {"sum": "400", "fixed": "0.7"},
    "service": {"sum": "900"},
}


class Parties:
    """The region's and the municipality's managers, and the area they share."""

    def __init__(self) -> None:
        self.area: Area = make_area()
        region, town = self.area.team.unit.provider, self.area.home_nursing.unit.provider
        town.municipality = MunicipalityFactory()
        town.save()
        self.region, self.town = self.manager(region), self.manager(town)

    def manager(self, provider: object) -> Commission:
        """Somebody at the provider's management."""
        unit = CareUnitFactory(kind=CareUnit.Kind.MANAGEMENT, provider=provider)
        return CommissionFactory(unit=unit, role=Commission.Role.MANAGER)

    def agree(self, rule: str, **more: object) -> Agreement:
        """The region pays the town."""
        values = {
            "name": f"Enligt {rule}",
            "rule": rule,
            "payer": self.region.unit.provider,
            "payee": self.town.unit.provider,
            "told": TERMS[rule],
            "since": date(2026, 1, 1),
            "by": self.region,
            "at": AT,
            **more,
        }
        return make_agreement(**values)
