"""Users, once-only keys, background runs and the audit log."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Record(models.Model):
    """Base of our rows: an unguessable id, safe in an address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A row that several people may change at once; see :mod:`narvard.core.once`."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class StoredFile(Record):
    """Base of files that people sent in, cleaned by :mod:`narvard.core.uploads`; each room keeps its own.

    Lists leave ``content`` behind (``defer``); it is read only where the file is fetched by somebody who may.
    """

    content = models.BinaryField()
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        abstract = True


class UserManager(BaseUserManager["User"]):
    """Creates accounts."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """An account that can sign in with ``username`` and ``password``."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A sign-in account. Who the person is at work stands in ``organisation.Staff``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=80, unique=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    def __str__(self) -> str:
        return self.username


class OnceKey(models.Model):
    """One use of a form or API call. The key is unique, so a second use finds the first one's result."""

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    action = models.CharField(max_length=80)
    result = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.action} {self.key}"


class Draft(models.Model):
    """What a user has typed in a form and not yet sent, under the commission they then acted."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    # What is written for one employer is not read when the same person works for another.
    commission = models.UUIDField()
    form = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "commission", "form"], name="one_draft_per_form")]

    def __str__(self) -> str:
        return self.form


class Run(Record):
    """A background job: what it is, how far it has come, and whether it is alive."""

    class State(models.TextChoices):
        WAITING = "waiting", _("väntar")
        RUNNING = "running", _("pågår")
        DONE = "done", _("klar")
        FAILED = "failed", _("misslyckades")

    kind = models.CharField(max_length=60)
    # The same kind and key never run twice at once.
    key = models.CharField(max_length=120)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    progress = models.FloatField(default=0.0)
    message = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    by_commission = models.UUIDField(null=True)
    requested_at = models.DateTimeField()
    # By the machine's clock, as the heartbeat: how long it has waited for a worker.
    queued_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    # Written by the worker's real clock: liveness is about processes, not about care.
    heartbeat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_live_run_per_key",
            ),
            models.CheckConstraint(condition=Q(progress__gte=0) & Q(progress__lte=1), name="run_progress_0_1"),
        ]
        indexes = [models.Index(fields=["kind", "-requested_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_live(self) -> bool:
        """Whether it still waits or works."""
        return self.state in {self.State.WAITING, self.State.RUNNING}


class AuditChain(models.Model):
    """The chain of batches of one care provider, and its newest link: the row that a sealer locks."""

    # The system's own acts belong to no provider: their chain has the UUID of zeros.
    provider = models.UUIDField(primary_key=True)
    sequence = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)
    key_id = models.CharField(max_length=16, blank=True)
    mac = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.provider} {self.sequence}"


class AuditBatch(models.Model):
    """Audit events that were sealed together: which they are, what they said, and the batch before. Never changed.

    When its rows have been forgotten by the rule of retention the batch stays, and says so, so that the chain holds.
    """

    chain = models.ForeignKey(AuditChain, on_delete=models.PROTECT, related_name="batches")
    sequence = models.PositiveBigIntegerField()
    # The highest id among its events, and the earliest and the latest instant.
    last_event = models.BigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    events = models.PositiveIntegerField()
    subjects = models.PositiveIntegerField()
    # Per event, in order of id: its id (8 bytes, big-endian) and the first 8 bytes of its print.
    members = models.BinaryField()
    # SHA-256 over the whole prints, in the same order.
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    head = models.CharField(max_length=64)
    forgotten_at = models.DateTimeField(null=True)
    forgotten_key_id = models.CharField(max_length=16, blank=True)
    forgotten_mac = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="one_batch_per_place_in_chain")]

    def __str__(self) -> str:
        return f"{self.chain_id} {self.sequence}"


class AuditEvent(models.Model):
    """One act on the record, written in the same transaction. Ids are plain so the log outlives its objects."""

    class Action(models.TextChoices):
        READ = "read", _("läste")
        WRITE = "write", _("skrev")
        SIGN = "sign", _("signerade")
        PRINT = "print", _("skrev ut")
        EXPORT = "export", _("exporterade")
        DELETE = "delete", _("tog bort")
        EMERGENCY = "emergency", _("nödöppnade")
        DENIED = "denied", _("nekades")
        SIGN_IN = "sign_in", _("loggade in")
        SIGN_OUT = "sign_out", _("loggade ut")

    event_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField()
    action = models.CharField(max_length=12, choices=Action.choices)
    # Which act, for instance care.accept_handover.
    what = models.CharField(max_length=80)
    staff = models.UUIDField(null=True)
    commission = models.UUIDField(null=True)
    unit = models.UUIDField(null=True)
    provider = models.UUIDField(null=True)
    object_kind = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    # How many subject rows were written with it; none on rows from before this was kept.
    subject_count = models.PositiveIntegerField(null=True)
    key_id = models.CharField(max_length=16)
    mac = models.CharField(max_length=64)
    # The sealer's mark; the only column that is ever written afterwards, and once.
    # No index: the batch names its events, and what is not sealed has an index of its own.
    batch = models.ForeignKey(AuditBatch, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["at"]),
            models.Index(fields=["provider", "at"], name="audit_provider_at"),
            models.Index(fields=["unit", "at"], name="audit_unit_at"),
            models.Index(fields=["staff", "at"]),
            models.Index(fields=["action", "at"], name="audit_action_at"),
            models.Index(fields=["provider", "at"], condition=Q(batch=None), name="audit_unsealed"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}"


class AuditSubject(models.Model):
    """A patient whom an audit event concerns; one event may concern several (a list page, a plan run)."""

    # The constraint below is also the index on events.
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="subjects", db_index=False)
    patient = models.UUIDField()
    at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    mac = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "patient"], name="one_subject_row_per_event")]
        indexes = [models.Index(fields=["patient", "at"])]

    def __str__(self) -> str:
        return str(self.patient)


def half_open_period(name: str, start: str = "since", end: str = "until") -> models.CheckConstraint:
    """A check that a period [start, end) does not end before it starts."""
    return models.CheckConstraint(condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": F(start)}), name=name)
