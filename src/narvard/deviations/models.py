"""Deviations (avvikelser) between organisations: what went wrong in care across a border, and what came of it.

They are no part of any patient's record (PSL 2010:659 3 kap., HSLF-FS 2017:40): a patient is in one by reference
only, and nothing here is read through the patient's page.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from narvard.core.models import Record, StoredFile, Versioned
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import Patient


class Kind(models.TextChoices):
    """What went wrong."""

    HANDOVER = "handover", _("överlämning")
    INFORMATION = "information", _("information saknades")
    MEDICINES = "medicines", _("läkemedel")
    DELAY = "delay", _("försening")
    RESPONSIBILITY = "responsibility", _("oklart ansvar")
    EQUIPMENT = "equipment", _("utrustning och hjälpmedel")
    OTHER = "other", _("annat")


class Consequence(models.TextChoices):
    """What it led to for the patient."""

    UNKNOWN = "unknown", _("vet inte")
    NONE = "none", _("ingen")
    MILD = "mild", _("lindrig")
    MODERATE = "moderate", _("måttlig")
    SERIOUS = "serious", _("allvarlig")


class Severity(models.IntegerChoices):
    """How bad it could have been (SKR, Riskanalys och händelseanalys)."""

    MINOR = 1, _("mindre")
    MODERATE = 2, _("måttlig")
    SUBSTANTIAL = 3, _("betydande")
    CATASTROPHIC = 4, _("katastrofal")


class Likelihood(models.IntegerChoices):
    """How often it may happen again (SKR, Riskanalys och händelseanalys)."""

    VERY_SMALL = 1, _("någon gång om året")
    SMALL = 2, _("varje månad")
    LARGE = 3, _("varje vecka")
    VERY_LARGE = 4, _("varje dag")


class Source(models.TextChoices):
    """Where in Närvård the reporter was. Those things live in rooms above, so they are named, not pointed at."""

    NONE = "", _("ingen särskild sida")
    PATIENT = "patient", _("patientens sida")
    HANDOVER = "handover", _("överlämning")
    REQUEST = "request", _("vårdbegäran")
    VISIT = "visit", _("besök")


class Deviation(Record, Versioned):
    """One deviation: ``owner`` is the unit that must do the next thing, ``due_at`` its clock (see ``states``)."""

    class State(models.TextChoices):
        SENT = "sent", _("skickad")
        RECEIVED = "received", pgettext_lazy("deviation", "mottagen")
        INQUIRY = "inquiry", _("utreds")
        ANSWERED = "answered", _("besvarad")
        CLOSED = "closed", _("avslutad")

    reference = models.CharField(max_length=12, unique=True)
    reporter = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    reporter_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="reported_deviations")
    reported_at = models.DateTimeField()
    # The unit that it concerns now; a forwarded deviation has another than it was first sent to.
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="received_deviations")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=10, choices=Source.choices, blank=True, default=Source.NONE)
    source_id = models.UUIDField(null=True, blank=True)

    kind = models.CharField(max_length=16, choices=Kind.choices)
    what = models.TextField()
    happened_at = models.DateTimeField()
    consequence = models.CharField(max_length=10, choices=Consequence.choices, default=Consequence.UNKNOWN)
    severity = models.PositiveSmallIntegerField(
        choices=Severity.choices, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    likelihood = models.PositiveSmallIntegerField(
        choices=Likelihood.choices, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    immediate_act = models.TextField(blank=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    owner = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    # When it was marked as one to assess as lex Maria (PSL 3 kap. 5 §) or lex Sarah (SoL). Nothing is sent by itself.
    lex_maria_at = models.DateTimeField(null=True, blank=True)
    lex_sarah_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(unit=F("reporter_unit")), name="deviation_to_another_unit"),
            models.CheckConstraint(
                condition=Q(state="closed", due_at__isnull=True) | ~Q(state="closed") & Q(due_at__isnull=False),
                name="open_deviation_has_a_clock",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "received", "inquiry"], owner=F("unit"))
                | Q(state__in=["answered", "closed"], owner=F("reporter_unit")),
                name="deviation_owner_follows_state",
            ),
            models.CheckConstraint(
                condition=(Q(severity=None) | Q(severity__gte=1, severity__lte=4))
                & (Q(likelihood=None) | Q(likelihood__gte=1, likelihood__lte=4)),
                name="deviation_risk_1_to_4",
            ),
            models.CheckConstraint(condition=Q(happened_at__lte=F("reported_at")), name="deviation_has_happened"),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "due_at"]),
            models.Index(fields=["reporter_unit", "state", "due_at"]),
            models.Index(fields=["reported_at"]),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """Whether somebody still has something to do."""
        return self.state != self.State.CLOSED

    @property
    def risk(self) -> int | None:
        """Severity × likelihood, 1 to 16; None while either is unknown."""
        if self.severity is None or self.likelihood is None:
            return None
        return self.severity * self.likelihood


class DeviationEvent(models.Model):
    """One step in a deviation's history: what was done, the state after it, and who then had it."""

    class Act(models.TextChoices):
        REPORT = "report", _("rapporterad")
        RECEIVE = "receive", pgettext_lazy("deviation", "mottagen")
        INQUIRE = "inquire", _("utredning påbörjad")
        ANSWER = "answer", _("besvarad")
        FORWARD = "forward", _("skickad vidare")
        CLOSE = "close", _("avslutad")
        REOPEN = "reopen", _("öppnad igen")
        ATTACH = "attach", _("fil bifogad")
        MARK = "mark", _("märkt för bedömning")
        UNMARK = "unmark", _("märkning borttagen")

    deviation = models.ForeignKey(Deviation, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    act = models.CharField(max_length=10, choices=Act.choices)
    state = models.CharField(max_length=10, choices=Deviation.State.choices)
    owner = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["sequence"]
        constraints = [models.UniqueConstraint(fields=["deviation", "sequence"], name="one_deviation_event_per_place")]

    def __str__(self) -> str:
        return f"{self.deviation_id} {self.act}"


class Answer(models.Model):
    """What the inquiry found; after a reopening there may be another, and the first stays."""

    deviation = models.ForeignKey(Deviation, on_delete=models.PROTECT, related_name="answers")
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    cause = models.TextField()
    measures = models.TextField()
    # When the measures are to be in place; unknown is allowed.
    measures_by = models.DateField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class Attachment(StoredFile):
    """A photo or PDF that belongs to a deviation."""

    deviation = models.ForeignKey(Deviation, on_delete=models.PROTECT, related_name="attachments")
    place = models.PositiveSmallIntegerField()
    added_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    # Whether one may see from it who the patient is; then only those who may open the patient get it.
    shows_person = models.BooleanField(default=True)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["deviation", "place"], name="one_attachment_per_place")]

    def __str__(self) -> str:
        return f"{self.deviation_id} {self.place}"
