"""A provider's log for the tests of log review: who did what, when, at a clinic that is open on weekdays 08-17."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from narvard.access.review.actions import pick_reviews
from narvard.access.review.models import LogReview, ReviewReason
from narvard.access.tests.factories import CareRelationFactory
from narvard.core import audit
from narvard.core.models import AuditEvent
from narvard.organisation.models import Commission, OpeningHours
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory, StaffFactory
from narvard.people.models import Patient
from narvard.people.tests.factories import PatientFactory

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
Action = audit.Action


class LogWorld:
    """One nurse at a clinic, one reviewer of the same provider, and their log."""

    def __init__(self) -> None:
        self.unit = CareUnitFactory(name="Hälsocentral Centrum", provider__name="Region Norr")
        for day in "01234":
            OpeningHours.objects.create(unit=self.unit, day=day, opens_minute=8 * 60, closes_minute=17 * 60)
        self.nurse = CommissionFactory(unit=self.unit, staff=StaffFactory(given_name="Mia", family_name="Falk"))
        self.reviewer = self.at_provider(role="safety", purpose="safety")
        self.working: dict[Any, list[tuple[datetime, datetime]]] = {}

    def at_provider(self, **values: Any) -> Commission:
        """A commission at another unit of the provider."""
        return CommissionFactory(unit=CareUnitFactory(provider=self.unit.provider), **values)

    def patient(self, *, related: bool = True, **values: Any) -> Patient:
        """A patient, with a care relation to the clinic unless told otherwise."""
        patient = PatientFactory(**values)
        if related:
            CareRelationFactory(patient=patient, unit=self.unit)
        return patient

    def did(self, patient: Patient | None = None, *, by: Commission | None = None, **values: Any) -> AuditEvent:
        """An event of the nurse (or ``by``): opening the patient's page at noon, or what ``values`` say."""
        row = {
            "what": "patient.page", "at": NOON, "action": Action.READ, "object_kind": "patient",
            "reason": "care-relation", "patients": [patient.pk] if patient else [], **values,
        }  # fmt: skip
        return audit.write(by=by or self.nurse, **row)

    def pick(self, day: date = DAY) -> None:
        """Go through the day's log."""
        pick_reviews(
            provider=self.unit.provider,
            day=day,
            working=lambda people, on: self.working if on == day else {},
            by=audit.SYSTEM,
            at=NEXT_MORNING,
        )

    def reasons(self) -> list[str]:
        """The rules that picked anything, in alphabetical order."""
        return sorted(ReviewReason.objects.values_list("rule", flat=True))

    def review(self, patient: Patient | None = None) -> LogReview:
        """A review to decide on: of the nurse's look at a patient in an emergency."""
        self.did(patient or self.patient(), action=Action.EMERGENCY)
        self.pick()
        return LogReview.objects.get()


def days_before(count: int) -> list[datetime]:
    """The same hour on each of the ``count`` days before."""
    return [NOON - timedelta(days=back) for back in range(1, count + 1)]
