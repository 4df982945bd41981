"""Patients, identifiers, addresses, relatives and append-only facts."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Record, Versioned, half_open_period
from narvard.core.sorting import sort_key
from narvard.organisation.models import CareUnit, Commission, Municipality


class InformationKind(models.TextChoices):
    """What kind of information a clinical row holds; blocks and social services' secrecy go by it."""

    COORDINATION = "coordination", _("samordning")
    MEDICAL = "medical", _("medicinsk journal")
    NURSING = "nursing", _("omvårdnad")
    REHABILITATION = "rehabilitation", _("rehabilitering")
    PSYCHIATRY = "psychiatry", _("psykiatri")
    SOCIAL = "social", _("socialtjänst")


class Housing(models.TextChoices):
    """Kind of housing."""

    ORDINARY = "ordinary", _("ordinärt boende")
    SPECIAL = "special", _("särskilt boende")
    LSS = "lss", _("LSS-boende")
    SHORT_TERM = "short_term", _("korttidsplats")


class Patient(Record, Versioned):
    """A person in contact with the system. Identifiers and addresses stand in rows of their own."""

    class Sex(models.TextChoices):
        FEMALE = "female", _("kvinna")
        MALE = "male", _("man")
        UNKNOWN = "unknown", _("okänt")

    class Protection(models.TextChoices):
        """Protected identity; both hide address and place everywhere."""

        NONE = "", _("ingen")
        MARKED = "marked", _("sekretessmarkering")
        PROTECTED = "protected", _("skyddad folkbokföring")

    class ContactBy(models.TextChoices):
        PHONE = "phone", _("telefon")
        TEXT = "text", _("sms")
        LETTER = "letter", _("brev")

    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    sort_key = models.CharField(max_length=180, db_index=True, editable=False)
    birth_date = models.DateField()
    sex = models.CharField(max_length=8, choices=Sex.choices)
    protection = models.CharField(max_length=10, choices=Protection.choices, blank=True, default=Protection.NONE)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, null=True, blank=True)
    housing = models.CharField(max_length=12, choices=Housing.choices, default=Housing.ORDINARY)
    # The special housing or short-term unit the person lives in.
    lives_at = models.ForeignKey(CareUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The health centre where the person is listed; it cannot decline its own listed patient.
    listed_at = models.ForeignKey(
        CareUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="listed_patients"
    )
    home_nursing = models.BooleanField(null=True, help_text=_("Inskriven i kommunal hemsjukvård; tomt är okänt."))
    phone = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=40, default="svenska")
    interpreter = models.BooleanField(default=False)
    contact_by = models.CharField(max_length=8, choices=ContactBy.choices, default=ContactBy.PHONE)
    contact_not_before = models.TimeField(null=True, blank=True)
    died_at = models.DateTimeField(null=True, blank=True)
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"

    @property
    def hidden(self) -> bool:
        """Whether address and place are hidden from all but those with a special right."""
        return bool(self.protection)

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        """Keep the sort key true (bulk writers set it themselves)."""
        self.sort_key = sort_key(self.family_name, self.given_name)
        super().save(*args, **kwargs)


class PatientIdentifier(models.Model):
    """A personal identifier: personnummer, samordningsnummer or nationellt reservnummer."""

    class System(models.TextChoices):
        PERSONNUMMER = "personnummer", _("personnummer")
        SAMORDNINGSNUMMER = "samordningsnummer", _("samordningsnummer")
        RESERVNUMMER = "reservnummer", _("nationellt reservnummer")
        LOAD_TEST = "load-test", _("belastningsprov")

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="identifiers")
    system = models.CharField(max_length=20, choices=System.choices)
    # Twelve digits without a hyphen for the first two systems.
    value = models.CharField(max_length=24)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "value"], name="one_patient_per_identifier")]

    def __str__(self) -> str:
        return self.get_system_display()


class Address(Record):
    """Where a patient lives during [since, until), with coordinates (WGS84) and the way in."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="addresses")
    street = models.CharField(max_length=120)
    postal_code = models.CharField(max_length=6, blank=True)
    place = models.CharField(max_length=60)
    latitude = models.FloatField()
    longitude = models.FloatField()
    door_code = models.CharField(max_length=20, blank=True)
    way_in = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            half_open_period("address_period"),
            models.UniqueConstraint(fields=["patient"], condition=Q(until__isnull=True), name="one_current_address"),
            models.CheckConstraint(
                condition=Q(latitude__gte=55, latitude__lte=70, longitude__gte=10, longitude__lte=25),
                name="address_in_sweden",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street}, {self.place}"


class Relative(Record):
    """A relative or guardian, and what the patient has said they may be told."""

    class Kind(models.TextChoices):
        SPOUSE = "spouse", _("make, maka eller sambo")
        CHILD = "child", _("barn")
        PARENT = "parent", _("förälder")
        SIBLING = "sibling", _("syskon")
        FRIEND = "friend", _("vän eller granne")
        GUARDIAN = "guardian", _("vårdnadshavare")
        TRUSTEE = "trustee", _("god man eller förvaltare")

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="relatives")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    phone = models.CharField(max_length=30, blank=True)
    may_be_told = models.BooleanField(null=True, help_text=_("Får få uppgifter om patienten; tomt är okänt."))
    call_at_night = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class ClinicalRecord(Record):
    """Base of every clinical row: whose it is and what kind of information it holds, since access goes by both."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    owner_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    information_kind = models.CharField(
        max_length=16, choices=InformationKind.choices, default=InformationKind.COORDINATION
    )

    # The field that says when it was true; a block may go by period.
    dated_by: ClassVar[str] = "at"
    # Whether it tells only who is responsible, whom to call or where the person is: open to all who take part.
    open_to_all_related: ClassVar[bool] = False

    class Meta:
        abstract = True

    @property
    def dated(self) -> datetime:
        """When the row was true."""
        return getattr(self, self.dated_by)  # type: ignore[no-any-return]

    def parties(self) -> frozenset[uuid.UUID]:
        """The units that it has been sent to, or that wrote it: a coordination row is disclosed to them."""
        return frozenset({self.owner_unit_id})

    def chosen_by(self, unit: uuid.UUID) -> frozenset[uuid.UUID]:
        """The units that ``unit`` itself has chosen in this row, and so knows by name whoever the patient is."""
        return frozenset()

    def sources(self) -> frozenset[uuid.UUID]:
        """The rows that give a unit a care relation which is a disclosure of this one."""
        return frozenset({self.pk})


class WhatMatters(ClinicalRecord):
    """What matters to the person, in their own words, dated; the newest stands first on the page."""

    text = models.TextField()
    told_by = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    # Nobody when the person wrote it on their own page.
    recorded_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class Segment(models.TextChoices):
    """Needs segments of seed 000, and none."""

    MOST_SICK = "mest_sjuka", _("mest sjuka")
    PERIODICALLY_FRAIL = "multisviktande", _("multisviktande")
    FRAIL = "sviktande", _("sviktande")
    NONE = "", _("inte bedömt")


class SegmentAssignment(ClinicalRecord):
    """The needs segment from an instant; it lasts until the next assignment."""

    dated_by = "since"

    segment = models.CharField(max_length=16, choices=Segment.choices, blank=True)
    since = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    recorded_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-since"]
        constraints = [models.UniqueConstraint(fields=["patient", "since"], name="one_segment_per_instant")]

    def __str__(self) -> str:
        return self.get_segment_display()


class Fact(ClinicalRecord):
    """An append-only clinical fact: its name and type stand in the registry ``people.facts``."""

    class Source(models.TextChoices):
        REGISTER = "register", _("register")
        JOURNAL = "journal", _("journal")
        ASSESSMENT = "assessment", _("bedömning")
        PATIENT = "patient", _("patienten själv")
        RELATIVE = "relative", _("anhörig")
        SENDER = "sender", _("den som skickade begäran")

    name = models.CharField(max_length=60)
    value = models.JSONField()
    # When it was true, and when it was written down.
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=12, choices=Source.choices)
    source_text = models.CharField(max_length=160, blank=True)
    recorded_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, related_name="+")
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name", "-at"]
        indexes = [models.Index(fields=["patient", "name", "-at"])]

    def __str__(self) -> str:
        return self.name


class Dispute(ClinicalRecord):
    """What the patient says is wrong in a row of the record, noted in it (PDL 2008:355 3 kap. 8 §).

    It follows the row that it is about: whoever may read that one may read this.
    """

    class About(models.TextChoices):
        NOTE = "visitnote", _("anteckning")
        FACT = "fact", _("uppgift")

    about_kind = models.CharField(max_length=16, choices=About.choices)
    about_id = models.UUIDField()
    text = models.TextField()
    told_by = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["about_id"])]

    def __str__(self) -> str:
        return f"{self.about_kind} {self.at:%Y-%m-%d}"
