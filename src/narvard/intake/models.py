"""Programme versions and care requests.

A request has at each instant one state, one keeper and one clock, or an end with an outcome; the database
holds it to that. Its history is the append-only ``RequestEvent``.
"""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Record, Versioned

# Early detection has a folder of its own; Django finds a room's models here.
from narvard.intake.early.models import EarlyCase  # noqa: F401
from narvard.organisation.models import CareUnit, Commission, Programme
from narvard.people.models import ClinicalRecord


class ProgrammeVersion(Record):
    """A version of a programme's definition, in force from a date; the format is ``intake.definitions``."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    decided_by = models.CharField(max_length=160)
    definition = models.JSONField()
    # The definition as it was written, with its comments; empty for one that no file was read for.
    text = models.TextField(blank=True, default="")
    # The first day on which the version no longer is in force, when the programme has ended; the next version's
    # first day otherwise ends it.
    ends_on = models.DateField(null=True, blank=True)
    end_decided_by = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["programme", "-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True, end_decided_by="") | Q(ends_on__gt=models.F("valid_from")),
                name="programme_ends_after_it_begins",
            ),
            models.UniqueConstraint(fields=["programme", "number"], name="one_programme_version_per_number"),
            models.UniqueConstraint(fields=["programme", "valid_from"], name="one_programme_version_per_day"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.number}"


class Urgency(models.TextChoices):
    """How soon, in the words of the reports."""

    ACUTE = "acute", _("akut, senast nästa vardag")
    SEMI_ACUTE = "semi_acute", _("halvakut, inom tre vardagar")
    PLANNED = "planned", _("planerad")
    ADVICE = "advice", _("bara råd")


class Channel(models.TextChoices):
    """Where a request comes from."""

    WARD = "ward", _("vårdavdelning")
    HEALTH_CENTRE = "health_centre", _("hälsocentral")
    REGIONAL_NURSE = "regional_nurse", _("regionens sjuksköterska")
    MUNICIPAL_NURSE = "municipal_nurse", _("kommunens sjuksköterska")
    SOCIAL = "social", _("omsorg och biståndshandläggning")
    AMBULANCE = "ambulance", _("ambulanssjuksköterska på plats")
    ALARM_CENTRE = "alarm_centre", _("vårdlarmcentral")
    SOS = "sos", _("ambulansledning, SOS Alarm")
    ADVICE_1177 = "1177", _("1177")
    TEAM = "team", _("annat team")
    PATIENT = "patient", _("patient eller anhörig")
    RETURN = "return", _("känd patient kommer tillbaka")


class Risk(models.IntegerChoices):
    """How the person who waits was at the latest assessment."""

    LOW = 1, _("stabil")
    RAISED = 2, _("osäkert läge")
    HIGH = 3, _("hög risk")


class Rung(models.IntegerChoices):
    """How far a clock that has run out has been escalated."""

    NONE = 0, _("inte eskalerad")
    HOLDER = 1, _("till den som ska göra det")
    COORDINATOR = 2, _("till koordinatorn")
    FALLBACK = 3, _("till reservenheten")


class CareRequest(ClinicalRecord, Versioned):
    """A care request (vårdbegäran): ServiceRequest and Task in FHIR. ``owner_unit`` is the joint intake."""

    dated_by = "registered_at"

    class State(models.TextChoices):
        NEW = "new", _("att fördela")
        ASKED = "asked", _("väntar på teamets svar")
        ACCEPTED = "accepted", _("mottagen")
        CLOSED = "closed", _("avslutad")

    class Outcome(models.TextChoices):
        OPEN = "", _("pågår")
        EPISODE = "episode", _("kontakt eller inskrivning påbörjad")
        ADVICE = "advice", _("råd gavs")
        DECLINED = "declined", _("avböjd")
        MISSENT = "missent", _("hörde inte hit")
        WITHDRAWN = "withdrawn", _("återtagen")
        DIED = "died", _("patienten har avlidit")
        AMBULANCE = "ambulance", _("försämrad, åter till ambulans")

    reference = models.CharField(max_length=12, unique=True)
    channel = models.CharField(max_length=16, choices=Channel.choices)
    urgency = models.CharField(max_length=12, choices=Urgency.choices)
    question = models.CharField(max_length=400)
    background = models.TextField(blank=True)
    wished_from = models.DateTimeField(null=True, blank=True)
    wished_until = models.DateTimeField(null=True, blank=True)
    sender_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="sent_requests")
    caller_name = models.CharField(max_length=120, blank=True)
    caller_phone = models.CharField(max_length=30, blank=True)
    registered_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(db_index=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default=Outcome.OPEN)
    # Who keeps the case now: the intake, the alarm centre that waits for a car, or a team that has said yes.
    # An asked team is not the keeper until it accepts; an ambulance crew never is.
    keeper = models.ForeignKey(CareUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="kept_requests")
    # The team that is asked, or that accepted.
    team = models.ForeignKey(CareUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="asked_requests")
    # When the first visit (or the answer, for advice) is due, whatever step the request is at.
    first_contact_due_at = models.DateTimeField()
    # When the step that is awaited (ask a team, answer, first visit) must have been taken.
    step_due_at = models.DateTimeField(null=True, blank=True)
    # In the waiting room: since when, how the person was, when somebody must look again.
    waiting_since = models.DateTimeField(null=True, blank=True)
    risk = models.PositiveSmallIntegerField(choices=Risk.choices, null=True, blank=True)
    assessed_at = models.DateTimeField(null=True, blank=True)
    reassess_due_at = models.DateTimeField(null=True, blank=True)
    # The running clock, the nearer of the two: when the next thing must have happened.
    due_at = models.DateTimeField(null=True, blank=True)
    # How far the clock that has run out has been escalated, and the unit that then also has it.
    escalation = models.PositiveSmallIntegerField(choices=Rung.choices, default=Rung.NONE)
    backup = models.ForeignKey(CareUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="backed_up")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(state="closed", due_at__isnull=True, keeper__isnull=True) & ~Q(outcome="")
                    | ~Q(state="closed") & Q(due_at__isnull=False, keeper__isnull=False, outcome="")
                ),
                name="request_one_keeper_and_clock_or_an_end",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["new", "closed"]) | Q(team__isnull=False),
                name="asked_request_has_team",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True, step_due_at__isnull=True)
                | Q(due_at__isnull=False, step_due_at__isnull=False),
                name="request_step_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(waiting_since__isnull=True, reassess_due_at__isnull=True, risk__isnull=True)
                | Q(waiting_since__isnull=False, reassess_due_at__isnull=False, risk__isnull=False)
                & ~Q(state="closed"),
                name="who_waits_is_looked_at_again",
            ),
            models.CheckConstraint(
                condition=Q(backup__isnull=True) | Q(escalation=3) & ~Q(state="closed"),
                name="fallback_unit_by_escalation",
            ),
        ]
        indexes = [
            models.Index(fields=["owner_unit", "state", "due_at"]),
            models.Index(fields=["team", "state", "due_at"]),
            models.Index(fields=["sender_unit", "-registered_at"]),
            models.Index(fields=["patient", "-registered_at"]),
        ]

    def __str__(self) -> str:
        return self.reference

    def parties(self) -> frozenset[UUID]:
        """Who sent it and who wrote it down (fetch ``registered_by``), the intake, its keeper, team and backup."""
        now = (self.keeper_id, self.team_id, self.backup_id)
        units = (self.owner_unit_id, self.sender_unit_id, self.registered_by.unit_id, *now)
        return frozenset(unit for unit in units if unit)

    def chosen_by(self, unit: UUID) -> frozenset[UUID]:
        """The intake has chosen the team that is asked."""
        return frozenset({self.team_id}) if self.team_id and unit == self.owner_unit_id else frozenset()


class RequestEvent(models.Model):
    """One step in a request's history; the last one agrees with the request's own state."""

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("registrerad")
        ASSIGNED = "assigned", _("fördelad till team")
        ACCEPTED = "accepted", _("mottagen")
        DECLINED = "declined", _("avböjd av teamet")
        FORWARDED = "forwarded", _("skickad vidare")
        MISSENT = "missent", _("inte för oss")
        WITHDRAWN = "withdrawn", _("återtagen")
        REOPENED = "reopened", _("öppnad igen")
        ESCALATED = "escalated", _("eskalerad")
        ACKNOWLEDGED = "acknowledged", _("läst och bekräftad")
        WAITING = "waiting", _("till väntrummet")
        REASSESSED = "reassessed", _("bedömd igen")
        LEFT = "left", _("ut ur väntrummet")
        DISPATCHED = "dispatched", _("bil på väg")
        DETERIORATED = "deteriorated", _("försämrad, åter till ambulans")
        CLOSED = "closed", _("avslutad")

    request = models.ForeignKey(CareRequest, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=CareRequest.State.choices)
    keeper = models.ForeignKey(CareUnit, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(CareUnit, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    # Whether the act came before its clock ran out; None when no clock asked for it.
    met = models.BooleanField(null=True)
    # For an escalation: how far, and the unit that is told. For an assessment: how the person was.
    rung = models.PositiveSmallIntegerField(choices=Rung.choices, null=True, blank=True)
    told = models.ForeignKey(CareUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    risk = models.PositiveSmallIntegerField(choices=Risk.choices, null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    next_step = models.CharField(max_length=200, blank=True)
    # An assignment against the suggestion; its reason is counted by the joint management.
    override = models.BooleanField(default=False)
    # What the coordinator saw: the ranked options with verdict and explanation.
    options = models.JSONField(null=True)

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["request", "sequence"], name="one_request_event_per_place"),
            models.CheckConstraint(condition=Q(override=False) | ~Q(reason=""), name="override_needs_reason"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
