"""What sign-in keeps: second factors with their recovery codes, and who may stand in for a patient."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Record, User, half_open_period
from narvard.organisation.models import Commission
from narvard.people.models import Patient


class SecondFactor(Record):
    """An account's authenticator app (TOTP, RFC 6238); it counts from ``confirmed_at``."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    # Encrypted: whoever reads the database must not be able to make codes.
    sealed_secret = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # The 30-second step of the newest code that was used: it and earlier ones are never taken again.
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.user_id)


class RecoveryCode(Record):
    """A code for the day the phone is lost; used once, kept only as a keyed hash."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["factor", "code_hash"], name="one_row_per_recovery_code")]

    def __str__(self) -> str:
        return str(self.pk)


class Representative(Record):
    """Somebody who may see a patient's own page in part, recorded by staff on the patient's word.

    The person's identifier is kept as a keyed hash only: enough to know them at sign-in.
    """

    class Kind(models.TextChoices):
        CHOSEN = "chosen", _("ombud som patienten har valt")
        GUARDIAN = "guardian", _("vårdnadshavare")
        TRUSTEE = "trustee", _("god man eller förvaltare")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="representatives")
    person_key = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name", "-since"]
        constraints = [
            half_open_period("representative_period"),
            models.UniqueConstraint(
                fields=["patient", "person_key"],
                condition=models.Q(until__isnull=True),
                name="one_open_representative_per_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name
