"""Plans: several organisations write in one, each signs its own part, and what was in force is never altered."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from narvard.access.models import Consent
from narvard.core.models import Record, Versioned
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import ClinicalRecord


class Plan(ClinicalRecord, Versioned):
    """A plan of one kind for one person (CarePlan). What it says stands in its versions.

    ``kind`` names a definition of :mod:`narvard.care.plans.definitions`. The units in ``units`` take part: the plan
    has been sent to them, and a coordination row is thereby disclosed to them.
    """

    dated_by = "created_at"

    kind = models.SlugField(max_length=40)
    # Empty where the person has one plan of the kind; the unit's id where each unit has its own.
    scope = models.CharField(max_length=36, blank=True, default="")
    units = models.ManyToManyField(CareUnit, related_name="plans")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    # When it must be looked at again; set when a version comes into force.
    review_on = models.DateField(null=True, blank=True)
    # The person's yes to the plan, where the law asks for one.
    consent_how = models.CharField(max_length=10, choices=Consent.How.choices, blank=True)
    consent_given_by = models.CharField(max_length=120, blank=True)
    consent_assessment = models.TextField(blank=True)
    consent_attitude = models.TextField(blank=True)
    consent_at = models.DateTimeField(null=True, blank=True)
    # When the person took that yes back; the plan is then not in force, and each unit reads only what it wrote itself.
    consent_withdrawn_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "kind", "scope"], condition=Q(ended_at__isnull=True), name="one_open_plan_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(end_reason=""), name="ended_plan_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["patient", "-created_at"]), models.Index(fields=["review_on"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d}"

    def parties(self) -> frozenset[uuid.UUID]:
        """The units that it has been sent to (fetch ``units`` beforehand)."""
        return frozenset({self.owner_unit_id, *(unit.pk for unit in self.units.all())})


class PlanVersion(Record, Versioned):
    """One version: written, then in force, then superseded by the next. Once in force it is never altered."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    # The definition that it was written by, whole, so that it reads as it did whatever becomes of the definition.
    definition = models.JSONField()
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=400, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Why it does something that the person has said no to.
    despite = models.TextField(blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_plan_version_per_number"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(adopted_at__isnull=True, dropped_at__isnull=True),
                name="one_draft_per_plan",
            ),
            models.CheckConstraint(
                condition=Q(adopted_at__isnull=True) | Q(dropped_at__isnull=True), name="adopted_is_not_dropped"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether it is still being written."""
        return self.adopted_at is None and self.dropped_at is None


class Contribution(ClinicalRecord):
    """What one unit has written in one section of a version, and its signature (``owner_unit`` is the unit)."""

    dated_by = "written_at"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="contributions")
    plan_version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="contributions")
    section = models.SlugField(max_length=40)
    # Values by the keys of the section's fields.
    content = models.JSONField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["written_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan_version", "section", "owner_unit"], name="one_contribution_per_section_and_unit"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="signature_has_signer",
            ),
        ]

    def __str__(self) -> str:
        return self.section

    def parties(self) -> frozenset[uuid.UUID]:
        """The units that take part in the plan (fetch ``plan__units``); its own when the yes is taken back."""
        shared = self.plan.parties() if self.plan.consent_withdrawn_at is None else frozenset()
        return shared | {self.owner_unit_id}

    def sources(self) -> frozenset[uuid.UUID]:
        """Whoever was sent the plan was sent what stands in it."""
        return frozenset({self.pk, self.plan_id} if self.plan.consent_withdrawn_at is None else {self.pk})


class PlanEvent(models.Model):
    """One thing that happened to a plan: nothing of it is ever taken away."""

    class Kind(models.TextChoices):
        STARTED = "started", _("påbörjad")
        SIGNED = "signed", _("signerad")
        ADOPTED = "adopted", _("fastställd")
        READ = "read", _("läst")
        REVIEWED = "reviewed", _("sedd över, inget ändrat")
        SENT = "sent", _("skickad till")
        CONSENT = "consent", _("samtycke")
        WITHDRAWN = "withdrawn", _("samtycket återtaget")
        DROPPED = "dropped", _("utkastet kastat")
        ENDED = "ended", _("avslutad")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="events")
    # The version's number; none where it concerns the plan as a whole.
    number = models.PositiveSmallIntegerField(null=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    # Nobody when the person did it on their own page.
    by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number", "by"], condition=Q(kind="read"), name="a_version_is_read_once"
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
