"""Visit needs, visits, shifts, activities, day plans and documentation.

One visit, many records: a joint visit is one ``Visit`` with a ``VisitRole`` per person who must come, and each
care provider signs its own ``VisitNote`` in it.
"""

import uuid
from datetime import datetime, time

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from narvard.care.models import Episode
from narvard.core.models import Record, Run, Versioned
from narvard.organisation.models import (
    Base,
    Car,
    CareProvider,
    CareUnit,
    Commission,
    Competence,
    Profession,
    Staff,
)
from narvard.people.models import ClinicalRecord


class Mode(models.TextChoices):
    """Where and how a visit takes place (Encounter.class HH, AMB, VR …)."""

    HOME = "home", _("i hemmet")
    OTHER_PLACE = "other_place", _("på annan plats")
    CLINIC = "clinic", _("på mottagningen")
    VIDEO = "video", _("video")
    PHONE = "phone", _("telefon")

    @property
    def anywhere(self) -> bool:
        """Whether it is made from wherever one is, without going anywhere."""
        return self in {Mode.VIDEO, Mode.PHONE}


class Priority(models.IntegerChoices):
    """How much an unplanned visit matters; 1 is the most."""

    MUST = 1, _("måste")
    HIGH = 2, _("hög")
    NORMAL = 3, _("vanlig")
    LOW = 4, _("kan flyttas")


class VisitNeed(ClinicalRecord, Versioned):
    """What visits an episode needs: what, how long, how often, within which hours, and who together."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="visit_needs")
    what = models.CharField(max_length=160)
    # KVÅ code of the main procedure, for follow-up.
    code = models.CharField(max_length=10, blank=True)
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.HOME)
    minutes = models.PositiveSmallIntegerField()
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    first_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)
    # Every n days from first_on; empty is once. With weekdays: only on those (0 is Monday).
    every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    weekdays = models.JSONField(default=list, blank=True)
    times_a_day = models.PositiveSmallIntegerField(default=1)
    # Minutes from midnight, local time.
    window_from = models.PositiveSmallIntegerField(default=8 * 60)
    window_until = models.PositiveSmallIntegerField(default=16 * 60)
    bring = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Why it ended, or was given a last day, in the words of whoever did that; the audit holds none of them.
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=600), name="need_minutes"),
            models.CheckConstraint(
                condition=Q(window_until__gt=F("window_from"), window_until__lte=1440), name="need_window"
            ),
            models.CheckConstraint(
                condition=Q(last_on__isnull=True) | Q(last_on__gte=F("first_on")), name="need_period"
            ),
            models.CheckConstraint(condition=Q(every_days__isnull=True) | Q(every_days__gte=1), name="need_frequency"),
        ]
        indexes = [models.Index(fields=["ended_at", "first_on"])]

    def __str__(self) -> str:
        return self.what

    @property
    def dated(self) -> datetime:
        """The first day that it is about."""
        return timezone.make_aware(datetime.combine(self.first_on, time()))


class NeedRole(models.Model):
    """One of the people a need asks for at the same time: from which unit, profession and competence."""

    need = models.ForeignKey(VisitNeed, on_delete=models.CASCADE, related_name="roles")
    position = models.PositiveSmallIntegerField(default=1)
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    # Empty is any profession.
    profession = models.CharField(max_length=24, choices=Profession.choices, blank=True)
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    preferred_staff = models.ForeignKey(Staff, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["need", "position"], name="one_need_role_per_place")]

    def __str__(self) -> str:
        return self.get_profession_display() or str(self.unit)


class Shift(Record, Versioned):
    """A person's working time on a day: where it starts and ends, the break, and the car."""

    commission = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="shifts")
    date = models.DateField(db_index=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="shifts")
    car = models.ForeignKey(Car, on_delete=models.PROTECT, null=True, blank=True, related_name="shifts")
    break_minutes = models.PositiveSmallIntegerField(default=30)
    break_from = models.DateTimeField(null=True, blank=True)
    break_until = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_period"),
            models.UniqueConstraint(
                fields=["commission", "starts_at"],
                condition=Q(cancelled_at__isnull=True),
                name="one_shift_per_start",
            ),
        ]
        indexes = [models.Index(fields=["commission", "date"])]

    def __str__(self) -> str:
        return f"{self.date} {self.commission_id}"


class Activity(Record, Versioned):
    """An activity without a patient: round, teaching, meeting. It is planned like visits are."""

    class Kind(models.TextChoices):
        ROUND = "round", _("rond")
        TEACHING = "teaching", _("undervisning")
        MEETING = "meeting", _("möte")
        OTHER = "other", _("annat")

    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="activities")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=120)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="+")
    participants = models.ManyToManyField(Staff, related_name="activities")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "activities"
        ordering = ["starts_at"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="activity_period")]

    def __str__(self) -> str:
        return self.title


class DayPlan(Record):
    """A planned day of a care area: one row per run that was published; the newest one holds."""

    care_area = models.CharField(max_length=40)
    date = models.DateField()
    number = models.PositiveIntegerField()
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    planned = models.PositiveIntegerField()
    unplanned = models.PositiveIntegerField()
    # Cost by term of the objective, travel minutes, seed, evaluations, why it stopped.
    summary = models.JSONField(default=dict)

    class Meta:
        ordering = ["care_area", "date", "-number"]
        constraints = [models.UniqueConstraint(fields=["care_area", "date", "number"], name="one_day_plan_per_number")]

    def __str__(self) -> str:
        return f"{self.care_area} {self.date} ({self.number})"


class Visit(ClinicalRecord, Versioned):
    """A visit on a day (Appointment, then Encounter), registered once however many come."""

    dated_by = "window_start"

    class State(models.TextChoices):
        TO_PLAN = "to_plan", _("ska planeras")
        PLANNED = "planned", _("planerat")
        UNPLANNED = "unplanned", _("kunde inte planeras")
        STARTED = "started", _("pågår")
        DONE = "done", _("klart")
        FAILED = "failed", _("gick inte")
        CANCELLED = "cancelled", _("inställt")

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="visits")
    need = models.ForeignKey(VisitNeed, on_delete=models.PROTECT, null=True, blank=True, related_name="visits")
    # Which of the day's visits of the need this is (1 is the first).
    occasion = models.PositiveSmallIntegerField(default=1)
    date = models.DateField()
    what = models.CharField(max_length=160)
    code = models.CharField(max_length=10, blank=True)
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.HOME)
    minutes = models.PositiveSmallIntegerField()
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    bring = models.CharField(max_length=200, blank=True)
    acute = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.TO_PLAN)
    # Set when planned (start of service) and replaced by what happened when started and done.
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    # Why it could not be planned (an engine reason code), failed or was cancelled.
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    # Where, when it is not at home.
    place = models.CharField(max_length=120, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    plan = models.ForeignKey(DayPlan, on_delete=models.PROTECT, null=True, blank=True, related_name="visits")

    class Meta:
        ordering = ["date", "starts_at", "window_start"]
        constraints = [
            models.CheckConstraint(condition=Q(window_end__gt=F("window_start")), name="visit_window"),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=600), name="visit_minutes"),
            models.CheckConstraint(
                condition=~Q(state__in=["planned", "started", "done"]) | Q(starts_at__isnull=False),
                name="planned_visit_has_start",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["unplanned", "failed", "cancelled"]) | ~Q(reason=""),
                name="visit_not_made_has_reason",
            ),
            models.UniqueConstraint(
                fields=["need", "date", "occasion"],
                condition=Q(need__isnull=False) & ~Q(state="cancelled"),
                name="one_visit_per_need_day_occasion",
            ),
        ]
        indexes = [
            models.Index(fields=["date", "state"]),
            models.Index(fields=["patient", "-date"]),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.date}"

    def sources(self) -> frozenset[uuid.UUID]:
        """The visit, and the need behind it: those who come, and who plans, have their relation from either."""
        return frozenset({self.pk, self.need_id}) if self.need_id else frozenset({self.pk})


class VisitRole(models.Model):
    """One of the people who must come to a visit, and the shift that does."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="roles")
    position = models.PositiveSmallIntegerField(default=1)
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="visit_roles")
    profession = models.CharField(max_length=24, choices=Profession.choices, blank=True)
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    preferred_staff = models.ForeignKey(Staff, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, null=True, blank=True, related_name="visit_roles")
    # Place in the shift's route, and minutes of travel to get there.
    order = models.PositiveSmallIntegerField(null=True, blank=True)
    travel_minutes = models.FloatField(null=True, blank=True)
    # A planner has fixed this person to this visit.
    pinned = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["visit", "position"], name="one_visit_role_per_place")]
        indexes = [models.Index(fields=["shift", "order"])]

    def __str__(self) -> str:
        return self.get_profession_display() or str(self.unit_id)


class VisitNote(ClinicalRecord, Versioned):
    """A care provider's own note of a visit; once signed it is copied to that provider's journal."""

    dated_by = "written_at"

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="notes")
    provider = models.ForeignKey(CareProvider, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    # KVÅ codes, checked against visits.codes.
    codes = models.JSONField(default=list)
    written_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    copied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["written_at"]
        constraints = [models.UniqueConstraint(fields=["visit", "provider"], name="one_note_per_provider")]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.written_at:%Y-%m-%d}"

    @property
    def correction(self) -> "NoteCorrection | None":
        """The newest correction, if there is one (fetch ``corrections`` beforehand in lists)."""
        return max(self.corrections.all(), key=lambda row: row.at, default=None)

    @property
    def valid_text(self) -> str:
        """The text that holds: that of the newest correction, else the signed one."""
        return self.correction.text if self.correction else self.text

    @property
    def valid_codes(self) -> list[str]:
        """The codes that hold, as for the text."""
        codes: list[str] = self.correction.codes if self.correction else self.codes
        return codes


class NoteCorrection(Record):
    """A later wording of a signed note: what it says now, why, by whom and when. The signed one stays readable."""

    note = models.ForeignKey(VisitNote, on_delete=models.PROTECT, related_name="corrections")
    text = models.TextField()
    codes = models.JSONField(default=list)
    reason = models.CharField(max_length=400)
    author = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(text=""), name="correction_says_what_and_why"),
            models.UniqueConstraint(fields=["note", "at"], name="one_correction_per_instant"),
        ]

    def __str__(self) -> str:
        return f"{self.note_id} {self.at:%Y-%m-%d}"
