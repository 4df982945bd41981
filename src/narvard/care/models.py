"""Episodes, the responsibility ledger, hand-overs and designated contacts."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from narvard.access.models import Consent

# Binders, conferences, plans and kits have folders of their own; Django finds a room's models here.
from narvard.care.binder.models import Binder, BinderPicture  # noqa: F401
from narvard.care.conference.models import Conference, ConferenceCase, ConferenceMeeting  # noqa: F401
from narvard.care.kits.models import KitEvent, KitItem, NeedsKit  # noqa: F401
from narvard.care.plans.models import Contribution, Plan, PlanEvent, PlanVersion  # noqa: F401
from narvard.care.stays.models import Death as Death
from narvard.care.stays.models import Duty as Duty
from narvard.care.stays.models import HospitalStay as HospitalStay
from narvard.care.stays.models import Move as Move
from narvard.care.stays.models import Supply as Supply
from narvard.care.stays.models import UndoneDischarge as UndoneDischarge
from narvard.core.models import Record, Versioned, half_open_period
from narvard.intake.models import CareRequest
from narvard.organisation.models import CareUnit, Commission, Programme, Staff
from narvard.people.models import ClinicalRecord, Patient


class Episode(ClinicalRecord, Versioned):
    """A contact or an enrolment with a unit (EpisodeOfCare). It points to its request, never back."""

    dated_by = "started_at"

    class Kind(models.TextChoices):
        CONTACT = "contact", _("kontakt")
        ENROLMENT = "enrolment", _("inskrivning")

    class Form(models.TextChoices):
        """What a contact is."""

        ADVICE = "advice", _("rådgivning")
        SINGLE_VISIT = "single_visit", _("enstaka besök")
        DATED_ORDER = "dated_order", _("tidsatt ordination")
        CONSULT = "consult", _("konsultation")
        ENROLMENT = "enrolment", _("inskrivning")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    form = models.CharField(max_length=14, choices=Form.choices)
    request = models.OneToOneField(CareRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="episode")
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="episodes")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    goal = models.CharField(max_length=400, blank=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(max_length=200, blank=True)
    # The hand-over or death that ended it; empty when a person closed it.
    end_source_id = models.UUIDField(null=True, blank=True)
    # The answer to whoever ordered (a dated order from a clinic is always answered).
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            half_open_period("episode_period", "started_at", "ended_at"),
            models.CheckConstraint(
                condition=~Q(kind="enrolment") | Q(consent__isnull=False, form="enrolment"),
                name="no_enrolment_without_consent",
            ),
            models.CheckConstraint(condition=~Q(kind="contact") | ~Q(form="enrolment"), name="contact_has_a_form"),
            models.UniqueConstraint(
                fields=["patient", "unit"],
                condition=Q(kind="enrolment", ended_at__isnull=True),
                name="one_open_enrolment_per_unit",
            ),
        ]
        indexes = [models.Index(fields=["unit", "ended_at"]), models.Index(fields=["patient", "-started_at"])]

    def __str__(self) -> str:
        return f"{self.get_form_display()} {self.started_at:%Y-%m-%d}"

    def parties(self) -> frozenset[uuid.UUID]:
        """The unit whose contact or enrolment it is."""
        return frozenset({self.owner_unit_id, self.unit_id})


class ResponsibilityKind(models.TextChoices):
    """Kinds of responsibility; each enrolled patient has one main holder of each at every instant."""

    MEDICAL = "medical", _("medicinskt")
    NURSING = "nursing", _("omvårdnad")
    REHABILITATION = "rehabilitation", _("rehabilitering")
    COORDINATION = "coordination", _("samordning")


class Responsibility(Record):
    """One transition of the ledger: from ``starts_at`` the ``holder`` holds (or nobody does).

    A period ends where the next begins, so gaps and overlaps cannot be stored. ``scope`` is empty for the main
    holder and names the part for a scoped one (dialysis, wound).
    """

    class Because(models.TextChoices):
        ENROLMENT = "enrolment", _("inskrivning")
        HANDOVER = "handover", _("överlämning")
        ADMISSION = "admission", _("inläggning på sjukhus")
        DISCHARGE = "discharge", _("utskrivning från sjukhus")
        MOVE = "move", _("flytt")
        END = "end", _("avslut")
        DEATH = "death", _("dödsfall")
        CORRECTION = "correction", _("rättelse")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="responsibilities")
    kind = models.CharField(max_length=14, choices=ResponsibilityKind.choices)
    scope = models.CharField(max_length=40, blank=True, default="")
    sequence = models.PositiveIntegerField()
    starts_at = models.DateTimeField()
    holder = models.ForeignKey(
        CareUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="responsibilities"
    )
    because = models.CharField(max_length=12, choices=Because.choices)
    # The row it follows from: an episode, a hand-over.
    source_id = models.UUIDField(null=True, blank=True)
    by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)
    # The act that voided it (an admission, a death), so that taking that act back restores the row.
    voided_by_id = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "responsibilities"
        ordering = ["patient", "kind", "scope", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "kind", "scope", "sequence"],
                condition=Q(voided_at__isnull=True),
                name="one_transition_per_place",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | ~Q(void_reason=""), name="voiding_needs_reason"
            ),
        ]
        indexes = [models.Index(fields=["holder", "voided_at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_at:%Y-%m-%d %H:%M}"


class Handover(ClinicalRecord, Versioned):
    """A hand-over of some kinds of responsibility from one unit to another, who must accept it.

    Several receivers are several hand-overs with the same ``bundle``.
    """

    dated_by = "created_at"

    class State(models.TextChoices):
        PREPARED = "prepared", _("förbereds")
        PROPOSED = "proposed", _("väntar på svar")
        READ = "read", _("läst, väntar på svar")
        ACCEPTED = "accepted", _("mottagen")
        DECLINED = "declined", _("avböjd")
        WITHDRAWN = "withdrawn", _("återtagen")

    class Bed(models.TextChoices):
        """What is asked for when a team asks for a bed; named as in programmes' definitions."""

        NONE = "", _("inget")
        DIRECT_ADMISSION = "direct_admission", _("direktinläggning")
        SHORT_TERM_PLACE = "short_term_place", _("korttidsplats")

    # Those that wait for the receiver's answer; what is being prepared waits for the giver.
    OPEN_STATES = (State.PROPOSED, State.READ)

    bundle = models.UUIDField(default=uuid.uuid4)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="handovers")
    giver = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="handovers_given")
    receiver = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="handovers_received")
    # A team asks the receiver for a bed; the person is there from ``arrived_at``.
    bed = models.CharField(max_length=16, choices=Bed.choices, blank=True, default=Bed.NONE)
    arrived_at = models.DateTimeField(null=True, blank=True)
    # Values of ResponsibilityKind; empty only when a bed is asked for and responsibility does not move with the answer.
    kinds = models.JSONField()
    scope = models.CharField(max_length=40, blank=True, default="")
    reason = models.CharField(max_length=400)
    done = models.TextField(blank=True)
    goals = models.TextField(blank=True)
    remains = models.TextField(blank=True)
    medicines = models.TextField(blank=True)
    risks = models.TextField(blank=True)
    told = models.CharField(max_length=200, blank=True)
    # When the responsibility is to move, at the earliest; it moves when the receiver accepts.
    wished_at = models.DateTimeField(null=True, blank=True)
    # A temporary take-over: the day on which the receiver offers it back to the giver.
    hand_back_on = models.DateField(null=True, blank=True)
    # The temporary take-over that this one gives back.
    returns = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="returned_by")
    # Whether the giver's episode ends when the hand-over is accepted.
    ends_episode = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREPARED)
    due_at = models.DateTimeField(null=True, blank=True)
    # When the receiver, or the clock, called in both managers.
    escalated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    # When the receiver got the question; empty while it is being prepared, and when it was thrown away.
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="handover_to_another_unit"),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "withdrawn"]) | Q(sent_at__isnull=False),
                name="answered_handover_was_sent",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["proposed", "read"], due_at__isnull=False)
                    | Q(state__in=["prepared", "accepted", "declined", "withdrawn"], due_at__isnull=True)
                ),
                name="waiting_handover_has_clock",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=True) | ~Q(bed="") & Q(state="accepted"), name="arrived_in_a_given_bed"
            ),
        ]
        indexes = [
            models.Index(fields=["receiver", "state", "due_at"]),
            models.Index(fields=["giver", "state"]),
            models.Index(fields=["patient", "-created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.receiver}"

    def parties(self) -> frozenset[uuid.UUID]:
        """The giver, and the receiver once it has been sent."""
        sent = frozenset({self.receiver_id}) if self.sent_at is not None else frozenset()
        return frozenset({self.owner_unit_id, self.giver_id}) | sent

    def chosen_by(self, unit: uuid.UUID) -> frozenset[uuid.UUID]:
        """The giver has chosen the receiver."""
        return frozenset({self.receiver_id}) if unit == self.giver_id else frozenset()


class HandoverEvent(models.Model):
    """One step in a hand-over's history."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=Handover.State.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=400, blank=True)
    escalated = models.BooleanField(default=False)

    class Meta:
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["handover", "sequence"], name="one_handover_event_per_place")]

    def __str__(self) -> str:
        return self.get_state_display()


class DesignatedContact(ClinicalRecord):
    """A named contact of the patient during [since, until)."""

    dated_by = "since"
    open_to_all_related = True

    class Kind(models.TextChoices):
        CARE_CONTACT = "care_contact", _("fast vårdkontakt")
        PHYSICIAN_CONTACT = "physician_contact", _("fast läkarkontakt")
        PAL = "pal", _("patientansvarig läkare")
        CONTACT_PERSON = "contact_person", _("kontaktperson")
        DEPUTY = "deputy", _("ersättare")

    kind = models.CharField(max_length=18, choices=Kind.choices)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="designations")
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    end_source_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "-since"]
        constraints = [
            half_open_period("designation_period"),
            models.UniqueConstraint(
                fields=["patient", "kind"],
                condition=Q(until__isnull=True, kind__in=["care_contact", "physician_contact", "pal"]),
                name="one_current_contact_per_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.staff}"


class ContactLeave(ClinicalRecord):
    """The days, the first and the last included, when a named contact is away, and the deputy who answers."""

    dated_by = "recorded_at"
    open_to_all_related = True

    contact = models.ForeignKey(DesignatedContact, on_delete=models.PROTECT, related_name="leaves")
    since = models.DateField()
    until = models.DateField()
    # Empty: the unit itself answers.
    deputy = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["since"]
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="leave_ends_after_it_begins")]
        indexes = [models.Index(fields=["contact", "until"])]

    def __str__(self) -> str:
        return f"{self.since} – {self.until}"
