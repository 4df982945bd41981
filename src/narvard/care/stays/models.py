"""Hospital stays, deaths, what they make due, and what must be brought to the home."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Versioned, half_open_period
from narvard.organisation.models import CareUnit, Commission, Municipality
from narvard.people.models import ClinicalRecord


class HospitalStay(ClinicalRecord, Versioned):
    """A stay on a ward: [admitted_at, discharged_at). It moves responsibility without a click.

    The ward tells those who take part of the admission and the discharge (lag 2017:612 2 kap.).
    """

    dated_by = "admitted_at"
    open_to_all_related = True

    ward = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="stays")
    admitted_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    planned_discharge_on = models.DateField(null=True, blank=True)
    # The admission notice (inskrivningsmeddelande): when the ward told those who will be needed at home.
    notice_sent_at = models.DateTimeField(null=True, blank=True)
    # From when the physician holds the patient ready to go home (utskrivningsklar), and when that was told.
    ready_at = models.DateTimeField(null=True, blank=True)
    ready_told_at = models.DateTimeField(null=True, blank=True)
    meeting_at = models.DateTimeField(null=True, blank=True)
    meeting_where = models.CharField(max_length=120, blank=True)
    # The day and the hour that were agreed for going home.
    home_at = models.DateTimeField(null=True, blank=True)
    discharged_at = models.DateTimeField(null=True, blank=True)
    discharged_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The death that ended it, so that taking the death back opens it again.
    end_source_id = models.UUIDField(null=True, blank=True)
    # Registered by mistake: the stay has no length and stays here with the reason.
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undo_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            half_open_period("stay_period", "admitted_at", "discharged_at"),
            models.UniqueConstraint(
                fields=["patient"], condition=Q(discharged_at__isnull=True), name="one_open_stay_per_patient"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | ~Q(undo_reason="") & Q(discharged_at=F("admitted_at")),
                name="undone_stay_has_reason_and_no_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward} {self.admitted_at:%Y-%m-%d}"


class UndoneDischarge(ClinicalRecord):
    """A discharge that was registered by mistake and taken back, with the reason; the stay went on."""

    dated_by = "undone_at"
    open_to_all_related = True

    stay = models.ForeignKey(HospitalStay, on_delete=models.PROTECT, related_name="undone_discharges")
    # When the patient was said to have gone home.
    discharged_at = models.DateTimeField()
    undone_at = models.DateTimeField()
    undone_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="undone_discharge_has_reason")]

    def __str__(self) -> str:
        return f"{self.discharged_at:%Y-%m-%d}"


class Death(ClinicalRecord):
    """A registered death. One that was registered by mistake is taken back with the reason and stays here."""

    dated_by = "registered_at"
    open_to_all_related = True

    died_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undo_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(undone_at__isnull=True), name="one_death_per_patient"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | ~Q(undo_reason=""), name="undone_death_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.died_at:%Y-%m-%d}"


class Move(ClinicalRecord):
    """The person has moved to another municipality. One registered by mistake is taken back with the reason."""

    dated_by = "moved_at"
    open_to_all_related = True

    from_municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Empty where nobody here works; the name stands anyway.
    to_municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    to_name = models.CharField(max_length=60)
    moved_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    # What ended with the move, so that taking it back restores it.
    had_home_nursing = models.BooleanField(null=True)
    lived_at = models.ForeignKey(CareUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lived_as = models.CharField(max_length=12, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undo_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | ~Q(undo_reason=""), name="undone_move_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.moved_at:%Y-%m-%d}"


class Duty(ClinicalRecord, Versioned):
    """Something that a death, a stay, advice or a temporary take-over makes due: one unit, one clock, done once."""

    dated_by = "created_at"

    class Kind(models.TextChoices):
        CONFIRM_DEATH = "confirm_death", _("konstatera dödsfallet")
        TALK_WITH_RELATIVES = "talk_with_relatives", _("samtal med närstående")
        RETURN_MEDICINES = "return_medicines", _("återlämna läkemedel och hjälpmedel")
        FOLLOW_UP_CALL = "follow_up_call", _("uppföljande samtal efter utskrivning")
        HOME_VISIT = "home_visit", _("hembesök efter utskrivning")
        CALL_BACK = "call_back", _("ring tillbaka efter råd")
        HAND_BACK = "hand_back", _("lämna tillbaka ansvaret")
        CONFERENCE = "conference", _("uppgift från konferens")
        SEND_NOTICE = "send_notice", _("skicka inskrivningsmeddelande")
        PREPARE_HOME = "prepare_home", _("bekräfta att ni tar emot hemma")
        CALL_MEETING = "call_meeting", _("kalla till planeringsmöte")
        TAKE_PART = "take_part", _("delta i planeringsmötet")
        MEET_ON_WARD = "meet_on_ward", _("träffa patienten på avdelningen")
        RELIST = "relist", _("fråga om ny hälsocentral efter flytt")
        REVIEW_CARE = "review_care", _("se över vården efter flytt")
        MOVE_AIDS = "move_aids", _("flytta eller ta hem hjälpmedel och behovslåda")
        FIND_RECEIVER = "find_receiver", _("hitta vem som tar över efter flytt")

    # What teams owe by their programmes' definitions.
    AFTER_DISCHARGE = frozenset({Kind.FOLLOW_UP_CALL, Kind.HOME_VISIT})
    # What follows from a death; the others are owed no more when the person has died.
    AFTER_DEATH = frozenset({Kind.CONFIRM_DEATH, Kind.TALK_WITH_RELATIVES, Kind.RETURN_MEDICINES})
    # The discharge done together (samverkan vid utskrivning, lag 2017:612).
    PLANNING = frozenset({Kind.SEND_NOTICE, Kind.PREPARE_HOME, Kind.CALL_MEETING, Kind.TAKE_PART, Kind.MEET_ON_WARD})
    # What is not owed any more when the patient has gone home.
    UNTIL_DISCHARGE = frozenset({Kind.SEND_NOTICE, Kind.TAKE_PART, Kind.MEET_ON_WARD})

    kind = models.CharField(max_length=20, choices=Kind.choices)
    # What to do, where the kind does not say it.
    what = models.CharField(max_length=400, blank=True)
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="duties")
    source_id = models.UUIDField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=400, blank=True)
    # The hour that was agreed with it: of the first visit at home.
    agreed_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    # When the clock called in the managers, because it was late.
    escalated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "duties"
        ordering = ["due_at"]
        constraints = [
            # A conference may give one unit several things to do.
            models.UniqueConstraint(
                fields=["source_id", "kind", "unit"],
                condition=~Q(kind="conference"),
                name="one_duty_of_a_kind_per_source",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_by__isnull=False), name="done_duty_has_doer"
            ),
        ]
        indexes = [models.Index(fields=["unit", "done_at", "due_at"])]

    def __str__(self) -> str:
        return self.get_kind_display()

    def parties(self) -> frozenset[uuid.UUID]:
        """The unit that has it to do."""
        return frozenset({self.owner_unit_id, self.unit_id})


class Supply(ClinicalRecord, Versioned):
    """Equipment, an aid or supplies that the person needs at home: ordered, and brought by a unit at a visit."""

    dated_by = "ordered_at"

    class Kind(models.TextChoices):
        EQUIPMENT = "equipment", _("medicinteknisk utrustning")
        AID = "aid", _("hjälpmedel")
        SUPPLIES = "supplies", _("förbrukningsmaterial")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    what = models.CharField(max_length=120)
    amount = models.CharField(max_length=40, blank=True)
    # Who brings it, and by which day it must be there.
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="supplies")
    needed_on = models.DateField()
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField(null=True, blank=True)
    delivered_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "supplies"
        ordering = ["needed_on", "ordered_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(cancelled_at__isnull=True), name="supply_ends_once"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | ~Q(cancel_reason=""), name="cancelled_supply_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["unit", "delivered_at", "needed_on"])]

    def __str__(self) -> str:
        return self.what

    def parties(self) -> frozenset[uuid.UUID]:
        """Who ordered it and who brings it."""
        return frozenset({self.owner_unit_id, self.unit_id})
