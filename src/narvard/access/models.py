"""Care relations and consent: the facts that the access decision is made of."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Record, half_open_period
from narvard.organisation.models import CareProvider, CareUnit, Commission
from narvard.people.models import Patient


class CareRelation(Record):
    """Why a unit may meet a patient's record, during [since, until).

    Written by the upper rooms' actions in the same transaction as what it follows from; ``source_kind`` and
    ``source_id`` name that row, and a test recomputes the relations from the sources.
    """

    class Kind(models.TextChoices):
        REQUEST = "request", _("öppen vårdbegäran")
        CONTACT = "contact", _("kontakt")
        ENROLMENT = "enrolment", _("inskrivning")
        RESPONSIBILITY = "responsibility", _("ansvar")
        HANDOVER = "handover", _("överlämning")
        VISIT = "visit", _("besök")
        LISTED = "listed", _("listad")
        LIVES_AT = "lives_at", _("bor på enheten")
        HOME_NURSING = "home_nursing", _("hemsjukvård")
        SOCIAL = "social", _("insats från socialtjänsten")
        WARD = "ward", _("inskriven på avdelning")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="care_relations")
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="care_relations")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    source_kind = models.CharField(max_length=40)
    source_id = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = [
            half_open_period("relation_period"),
            models.UniqueConstraint(
                fields=["patient", "unit", "kind", "source_id"],
                condition=Q(until__isnull=True),
                name="one_open_relation_per_source",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "until", "patient"]),
            models.Index(fields=["patient", "until"]),
            models.Index(fields=["source_kind", "source_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.unit}"


class Consent(Record):
    """A patient's yes: to enrolment, to sharing records across providers, to social services' data."""

    class Kind(models.TextChoices):
        ENROLMENT = "enrolment", _("inskrivning")
        SHARED_RECORD = "shared_record", _("sammanhållen vårddokumentation")
        SOCIAL = "social", _("uppgifter från socialtjänsten")

    class How(models.TextChoices):
        SPOKEN = "spoken", _("muntligt")
        WRITTEN = "written", _("skriftligt")
        GUARDIAN = "guardian", _("vårdnadshavare")
        # Lag (2022:913) 3 kap.: the person cannot give consent; the assessment is documented in ``assessment``.
        CANNOT = "cannot", _("personen kan inte samtycka, prövning gjord")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    # The provider that may read; empty is every provider in the joint system.
    provider = models.ForeignKey(CareProvider, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    how = models.CharField(max_length=10, choices=How.choices)
    given_by = models.CharField(max_length=120, blank=True)
    assessment = models.TextField(blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-since"]
        constraints = [
            half_open_period("consent_period"),
            models.CheckConstraint(condition=~Q(how="cannot") | ~Q(assessment=""), name="no_ability_needs_assessment"),
        ]
        indexes = [models.Index(fields=["patient", "kind"])]

    def __str__(self) -> str:
        return self.get_kind_display()
