"""Care providers, units, programmes and teams, staff, commissions, cars, bases and opening hours.

Words follow ContSys and FHIR: CareProvider and CareUnit are Organizations, a Team is a CareUnit with a
programme, a Commission (medarbetaruppdrag) is a PractitionerRole.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Record, User, half_open_period
from narvard.core.sorting import sort_key

# Notices have a folder of their own; Django finds a room's models here.
from narvard.organisation.notices.models import Delivery, Notice, NoticeAddress  # noqa: F401


class Municipality(models.Model):
    """A Swedish municipality (kommun) and the care area it belongs to."""

    code = models.CharField(max_length=4, primary_key=True)
    name = models.CharField(max_length=60)
    sort_key = models.CharField(max_length=60, db_index=True)
    # The närsjukvårdsområde: the unit of distribution; plans and teams of one area never lock another's rows.
    care_area = models.CharField(max_length=40, db_index=True, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.name


class Named(Record):
    """A named thing, ordered as Swedes order names."""

    name = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=140, db_index=True, editable=False)

    # Whether this is a copy without its name, for a reader from whom it is hidden (access.naming): never kept.
    nameless = False

    class Meta:
        abstract = True
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.name

    def clean_fields(self, exclude: "set[str] | None" = None) -> None:  # type: ignore[override]
        """Keep the sort key true before validation."""
        self.sort_key = sort_key(self.name)
        super().clean_fields(exclude=exclude)

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        """Keep the sort key true (bulk writers set it themselves)."""
        if self.nameless:
            raise ValueError("a copy without its name is for showing, not for keeping")
        self.sort_key = sort_key(self.name)
        super().save(*args, **kwargs)


class CareProvider(Named):
    """A care provider (vårdgivare): the region, a municipality, a private company. Access law counts these."""

    class Kind(models.TextChoices):
        REGION = "region", _("region")
        MUNICIPALITY = "municipality", _("kommun")
        PRIVATE = "private", _("privat vårdgivare")
        OTHER = "other", _("annan")

    kind = models.CharField(max_length=14, choices=Kind.choices)
    hsa_id = models.CharField(max_length=40, unique=True)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, null=True, blank=True)


class CareUnit(Named):
    """A care unit (vårdenhet) that can own requests, hold responsibility and be called."""

    class Kind(models.TextChoices):
        INTAKE = "intake", _("gemensamt intag")
        TEAM = "team", _("mobilt team")
        WARD = "ward", _("vårdavdelning")
        CLINIC = "clinic", _("mottagning")
        EMERGENCY = "emergency", _("akutmottagning")
        HEALTH_CENTRE = "health_centre", _("hälsocentral")
        HOME_NURSING = "home_nursing", _("kommunal hemsjukvård")
        MUNICIPAL_REHAB = "municipal_rehab", _("kommunal rehabilitering")
        HOME_HELP = "home_help", _("hemtjänst")
        NEEDS_ASSESSMENT = "needs_assessment", _("biståndshandläggning")
        HOUSING_SUPPORT = "housing_support", _("boendestöd")
        SPECIAL_HOUSING = "special_housing", _("särskilt boende")
        SHORT_TERM = "short_term", _("korttidsplatser")
        ALARM_CENTRE = "alarm_centre", _("vårdlarmcentral")
        SOS = "sos", _("SOS Alarm 112")
        ADVICE_1177 = "advice_1177", _("1177")
        AMBULANCE = "ambulance", _("ambulans")
        MANAGEMENT = "management", _("gemensam ledning")
        SAFETY = "safety", _("MAS och MAR")

    # Units under the social services act: secrecy runs between them and health care, also within a municipality.
    SOCIAL_KINDS = frozenset({Kind.HOME_HELP, Kind.NEEDS_ASSESSMENT, Kind.HOUSING_SUPPORT})

    provider = models.ForeignKey(CareProvider, on_delete=models.PROTECT, related_name="units")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    hsa_id = models.CharField(max_length=40, unique=True)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, null=True, blank=True)
    care_area = models.CharField(max_length=40, blank=True, db_index=True)
    part_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    phone = models.CharField(max_length=30, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta(Named.Meta):
        indexes = [models.Index(fields=["kind", "sort_key"])]


class OpeningHours(models.Model):
    """When a unit works: one row per kind of day and span; a span past midnight ends after 24:00."""

    class Day(models.TextChoices):
        MONDAY = "0", _("måndag")
        TUESDAY = "1", _("tisdag")
        WEDNESDAY = "2", _("onsdag")
        THURSDAY = "3", _("torsdag")
        FRIDAY = "4", _("fredag")
        SATURDAY = "5", _("lördag")
        SUNDAY = "6", _("söndag")
        HOLIDAY = "h", _("helgdag")

    unit = models.ForeignKey(CareUnit, on_delete=models.CASCADE, related_name="opening_hours")
    day = models.CharField(max_length=1, choices=Day.choices)
    opens_minute = models.PositiveSmallIntegerField()
    closes_minute = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["day", "opens_minute"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "day", "opens_minute"], name="one_opening_per_start"),
            models.CheckConstraint(
                condition=Q(closes_minute__gt=F("opens_minute"), closes_minute__lte=1440),
                name="opens_before_it_closes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_day_display()} {self.opens_minute // 60:02}-{self.closes_minute // 60:02}"


class CallingRule(models.Model):
    """Whom to call for a unit at an hour: the first rule in order that covers the instant."""

    class When(models.TextChoices):
        OPEN = "open", _("när enheten har öppet")
        CLOSED = "closed", _("när enheten har stängt")
        ALWAYS = "always", _("alla tider")

    unit = models.ForeignKey(CareUnit, on_delete=models.CASCADE, related_name="calling_rules")
    order = models.PositiveSmallIntegerField()
    when = models.CharField(max_length=6, choices=When.choices)
    label = models.CharField(max_length=120)
    phone = models.CharField(max_length=30)
    # The unit that answers, when it is another one (a municipality's nurse at night).
    answered_by = models.ForeignKey(CareUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["unit", "order"], name="one_calling_rule_per_place")]

    def __str__(self) -> str:
        return self.label


class Programme(Named):
    """A care programme (team, consult, conference, contact or governance); its versions stand in intake."""

    class Kind(models.TextChoices):
        TEAM = "team", _("team")
        CONSULT = "consult", _("konsultstöd")
        CONFERENCE = "conference", _("konferens")
        CONTACT = "contact", _("fast kontakt")
        GOVERNANCE = "governance", _("samverkan")

    key = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.TEAM)


class Base(Named):
    """A place where cars stand and shifts start."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT)
    latitude = models.FloatField()
    longitude = models.FloatField()


class Team(models.Model):
    """A mobile team: a care unit that carries out a programme in some municipalities."""

    unit = models.OneToOneField(CareUnit, on_delete=models.CASCADE, primary_key=True, related_name="team")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="teams")
    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="teams")
    municipalities = models.ManyToManyField(Municipality, related_name="teams")
    # Care providers that own the team together; the unit's own provider keeps the record.
    owners = models.ManyToManyField(CareProvider, related_name="owned_teams", blank=True)

    def __str__(self) -> str:
        return self.unit.name


class Car(Record):
    """A car at a base; teams may share it."""

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="cars")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="cars")
    label = models.CharField(max_length=40, unique=True)
    seats = models.PositiveSmallIntegerField(default=4)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label


class Profession(models.TextChoices):
    """Professions, as the reports name them."""

    PHYSICIAN = "physician", _("läkare")
    NURSE = "nurse", _("sjuksköterska")
    DISTRICT_NURSE = "district_nurse", _("distriktssköterska")
    ASSISTANT_NURSE = "assistant_nurse", _("undersköterska")
    PHYSIOTHERAPIST = "physiotherapist", _("fysioterapeut")
    OCCUPATIONAL_THERAPIST = "occupational_therapist", _("arbetsterapeut")
    SPEECH_THERAPIST = "speech_therapist", _("logoped")
    DIETITIAN = "dietitian", _("dietist")
    COUNSELLOR = "counsellor", _("kurator")
    PSYCHOLOGIST = "psychologist", _("psykolog")
    CARE_ASSISTANT = "care_assistant", _("vårdbiträde")
    NEEDS_ASSESSOR = "needs_assessor", _("biståndshandläggare")
    SECRETARY = "secretary", _("medicinsk sekreterare")
    OPERATOR = "operator", _("larmoperatör")
    PLANNER = "planner", _("planerare")
    MANAGER = "manager", _("chef")
    ADMINISTRATOR = "administrator", _("systemförvaltare")


class Competence(Named):
    """Something a person must be able to do for a visit (IV drugs, wound care, palliative care …)."""

    key = models.SlugField(max_length=40, unique=True)


class Staff(Record):
    """A person who works in care. Employers stand in Employment: shared posts exist."""

    user = models.OneToOneField(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="staff")
    given_name = models.CharField(max_length=60)
    family_name = models.CharField(max_length=80)
    sort_key = models.CharField(max_length=160, db_index=True, editable=False)
    profession = models.CharField(max_length=24, choices=Profession.choices)
    hsa_id = models.CharField(max_length=40, unique=True)
    phone = models.CharField(max_length=30, blank=True)

    class Meta:
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        """Keep the sort key true (bulk writers set it themselves)."""
        self.sort_key = sort_key(self.family_name, self.given_name)
        super().save(*args, **kwargs)


class Employment(models.Model):
    """Who employs a person, for what share of full time."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="employments")
    provider = models.ForeignKey(CareProvider, on_delete=models.PROTECT, related_name="employments")
    percent = models.PositiveSmallIntegerField(default=100)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            half_open_period("employment_period"),
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="employment_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"


class StaffCompetence(models.Model):
    """A competence a person holds, for a period."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="competences")
    competence = models.ForeignKey(Competence, on_delete=models.PROTECT, related_name="holders")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "competence", "since"], name="one_competence_per_start"),
            half_open_period("competence_period"),
        ]

    def __str__(self) -> str:
        return str(self.competence_id)


class Commission(Record):
    """A commission (medarbetaruppdrag): a person works at a unit with a purpose. A session acts under one."""

    class Purpose(models.TextChoices):
        CARE = "care", _("vård och behandling")
        SOCIAL = "social", _("socialtjänst")
        FOLLOW_UP = "follow_up", _("uppföljning")
        SAFETY = "safety", _("patientsäkerhet")
        ADMINISTRATION = "administration", _("administration")

    class Role(models.TextChoices):
        """Which desk the person sits at; decides the start page and what may be done, never what may be read."""

        COORDINATOR = "coordinator", _("koordinator")
        TEAM = "team", _("teammedarbetare")
        PHYSICIAN = "physician", _("läkare")
        WARD = "ward", _("vårdavdelning")
        MUNICIPAL = "municipal", _("kommunal hemsjukvård")
        SOCIAL = "social", _("omsorg")
        SENDER = "sender", _("ambulans och larm")
        PLANNER = "planner", _("planerare")
        MANAGER = "manager", _("ledning")
        SAFETY = "safety", _("MAS och MAR")
        ADMINISTRATOR = "administrator", _("systemförvaltare")

    # Those who give care: they may open in an emergency, set blocks aside, or meet the patient who asks for one.
    CARING = frozenset({Role.TEAM, Role.PHYSICIAN, Role.MUNICIPAL, Role.WARD, Role.SENDER})

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="commissions")
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="commissions")
    role = models.CharField(max_length=14, choices=Role.choices)
    purpose = models.CharField(max_length=14, choices=Purpose.choices, default=Purpose.CARE)
    hsa_id = models.CharField(max_length=40, unique=True)
    # Whether the unit has given the person the right to read other providers' records (the right SJF of SITHS).
    reads_shared = models.BooleanField(default=True)
    # Whether the person may see the place of those with protected identity without having to go there.
    sees_protected = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [half_open_period("commission_period")]
        indexes = [models.Index(fields=["unit", "role"])]

    def __str__(self) -> str:
        return f"{self.staff} · {self.unit}"

    @property
    def gives_care(self) -> bool:
        """Whether the person acts to give care to patients."""
        return self.purpose == self.Purpose.CARE and self.role in self.CARING

    @property
    def provider_id(self) -> uuid.UUID:
        """The care provider the person acts for."""
        return self.unit.provider_id

    @property
    def audit_staff(self) -> uuid.UUID:
        """For the audit log: who."""
        return self.staff_id

    @property
    def audit_commission(self) -> uuid.UUID:
        """For the audit log: under which commission."""
        return self.pk

    @property
    def audit_unit(self) -> uuid.UUID:
        """For the audit log: at which unit."""
        return self.unit_id

    @property
    def audit_provider(self) -> uuid.UUID:
        """For the audit log: for which care provider."""
        return self.unit.provider_id
