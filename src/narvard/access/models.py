"""Care relations, consent, blocks, emergencies and choices: the facts that the access decision is made of."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

# The review queue's models stand in a folder of their own; Django finds a room's models here.
from narvard.access.review.models import LogDecision, LogPicking, LogReview, ReviewReason  # noqa: F401

# Models of sign-in stand in their own file; Django looks for them here.
from narvard.access.signin.models import RecoveryCode as RecoveryCode
from narvard.access.signin.models import Representative as Representative
from narvard.access.signin.models import SecondFactor as SecondFactor
from narvard.core.models import Record, half_open_period
from narvard.organisation.models import CareProvider, CareUnit, Commission, Staff
from narvard.people.models import InformationKind, Patient


class CareRelation(Record):
    """Why a unit may meet a patient's record, during [since, until).

    Written by the upper rooms' actions in the same transaction as what it follows from; ``source_kind`` and
    ``source_id`` name that row, and a test recomputes the relations from the sources.
    """

    class Kind(models.TextChoices):
        REQUEST = "request", _("öppen vårdbegäran")
        # Opens the request that was sent, never the patient.
        SENT = "sent", _("skickad vårdbegäran")
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
    # For one who cannot consent: what the person is thought to want, how that was asked about, and that
    # nothing speaks against it (the law asks for all three).
    assessment = models.TextField(blank=True)
    attitude = models.TextField(blank=True)
    nothing_against = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-since"]
        constraints = [
            half_open_period("consent_period"),
            models.CheckConstraint(
                condition=~Q(how="cannot") | ~Q(assessment="") & ~Q(attitude="") & Q(nothing_against=True),
                name="no_ability_needs_whole_assessment",
            ),
        ]
        indexes = [models.Index(fields=["patient", "kind"])]

    def __str__(self) -> str:
        return self.get_kind_display()


class Block(Record):
    """A patient's block (spärr) of information, from an instant until the provider that set it removes it.

    An inner block closes one unit's information to all other units (PDL 4 kap. 4 §), an outer block closes a
    provider's information, or a unit's, to other providers (lag 2022:913). It may go by kind and by period.
    """

    class Scope(models.TextChoices):
        INNER = "inner", _("inre spärr: för andra enheter")
        OUTER = "outer", _("yttre spärr: för andra vårdgivare")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="blocks")
    scope = models.CharField(max_length=6, choices=Scope.choices)
    # Whose information it closes.
    provider = models.ForeignKey(CareProvider, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Empty is every kind.
    information_kind = models.CharField(max_length=16, choices=InformationKind.choices, blank=True)
    # First and last day of the information; empty is without limit.
    info_from = models.DateField(null=True, blank=True)
    info_until = models.DateField(null=True, blank=True)
    since = models.DateTimeField()
    recorded_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    remove_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-since"]
        constraints = [
            half_open_period("block_period", "since", "removed_at"),
            models.CheckConstraint(condition=~Q(scope="inner") | Q(unit__isnull=False), name="inner_block_has_unit"),
            models.CheckConstraint(
                condition=Q(info_from__isnull=True) | Q(info_until__isnull=True) | Q(info_until__gte=F("info_from")),
                name="block_information_period",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="removed_block_has_remover",
            ),
        ]
        indexes = [models.Index(fields=["patient", "removed_at"])]

    def __str__(self) -> str:
        return self.get_scope_display()


class BlockLift(Record):
    """A block set aside for one unit during [since, until), with the patient's yes."""

    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="lifts")
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField()
    recorded_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-since"]
        constraints = [half_open_period("lift_period")]

    def __str__(self) -> str:
        return f"{self.unit} {self.since:%Y-%m-%d}"


class EmergencyOpening(Record):
    """Information of some kinds opened in an emergency, for one person at work, at most 24 hours (PDL 4 kap. 5 §)."""

    class Danger(models.TextChoices):
        LIFE = "life", _("fara för livet")
        HEALTH = "health", _("allvarlig risk för hälsan")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="emergency_openings")
    commission = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    danger = models.CharField(max_length=8, choices=Danger.choices)
    # Values of InformationKind; never the social services'.
    kinds = models.JSONField()
    reason = models.CharField(max_length=400)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        ordering = ["-since"]
        constraints = [
            half_open_period("emergency_period"),
            models.CheckConstraint(condition=~Q(reason=""), name="emergency_has_reason"),
        ]
        indexes = [models.Index(fields=["patient", "until"])]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d %H:%M}"


class ActiveChoice(Record):
    """That a person at work has chosen, with a reason, to read of a patient beyond the own unit."""

    class Why(models.TextChoices):
        VISIT = "visit", _("inför eller under besök")
        ASSESSMENT = "assessment", _("bedömning av en begäran eller överlämning")
        MEDICINES = "medicines", _("läkemedel")
        FOLLOW_UP = "follow_up", _("uppföljning av vården")
        OTHER = "other", _("annat, skriv vad")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    commission = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=12, choices=Why.choices)
    note = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            half_open_period("choice_period"),
            models.CheckConstraint(condition=~Q(why="other") | ~Q(note=""), name="other_choice_has_note"),
        ]
        indexes = [models.Index(fields=["patient", "commission", "until"])]

    def __str__(self) -> str:
        return self.get_why_display()


class OwnRecord(Record):
    """That a member of staff is also this patient: nobody opens the own record at work, and colleagues must choose."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="own_record")
    patient = models.OneToOneField(Patient, on_delete=models.CASCADE, related_name="own_record")

    def __str__(self) -> str:
        return str(self.pk)
