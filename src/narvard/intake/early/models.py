"""Early detection: markers that make a case for a designated contact, not for a car."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Versioned
from narvard.organisation.models import Commission
from narvard.people.models import ClinicalRecord


class EarlyCase(ClinicalRecord, Versioned):
    """Somebody has seen early signs in a person; ``owner_unit`` is the health centre that looks at it."""

    dated_by = "opened_at"

    class State(models.TextChoices):
        OPEN = "open", _("ingen har tittat")
        ACCEPTED = "accepted", _("ni tittar på det")
        CONTACT = "contact", _("fast vårdkontakt är utsedd")
        DISMISSED = "dismissed", _("avslutad med skäl")

    # Names and values of the facts that made the case (``people.facts``).
    markers = models.JSONField()
    seen = models.TextField(blank=True)
    # Who told; nobody when the visits that are known made the case.
    opened_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    # Until somebody has looked, then until a contact is named; none at the end.
    due_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    # Whether each clock that was answered was met.
    met_look = models.BooleanField(null=True)
    met_end = models.BooleanField(null=True)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(state__in=["open", "accepted"]), name="one_early_case_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted"], due_at__isnull=False)
                | Q(state__in=["contact", "dismissed"], due_at__isnull=True),
                name="early_case_has_a_clock_or_an_end",
            ),
            models.CheckConstraint(condition=~Q(state="dismissed") | ~Q(reason=""), name="dismissal_needs_reason"),
        ]
        indexes = [models.Index(fields=["owner_unit", "state", "due_at"])]

    def __str__(self) -> str:
        return self.get_state_display()

    def parties(self) -> frozenset[UUID]:
        """Who looks at it, and who told (fetch ``opened_by``)."""
        told = {self.opened_by.unit_id} if self.opened_by else set()
        return frozenset({self.owner_unit_id} | told)


OPEN_STATES = (EarlyCase.State.OPEN, EarlyCase.State.ACCEPTED)
