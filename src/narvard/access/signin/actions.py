"""Writes of sign-in: second factors, recovery codes, passwords. Each leaves its audit row.

``at`` is the one clock's instant, for the log. ``now`` is the machine's real time: an authenticator app knows no other.
"""

import uuid
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from narvard.access.signin import totp
from narvard.access.signin.errors import SignInRefused, wrong_code
from narvard.access.signin.models import RecoveryCode, SecondFactor
from narvard.core import audit
from narvard.core.errors import Refused
from narvard.core.models import User


class PasswordNotChanged(Refused):
    """The new password is not good enough, or the old one was wrong."""


@transaction.atomic
def begin_second_factor(*, user: User, by: audit.Actor, at: datetime, shown: str = "") -> SecondFactor:
    """Make a fresh secret for an account that has no confirmed one.

    The unconfirmed one that this browser has been ``shown`` (its id) is kept, so that the page can be loaded again;
    one that another browser was shown is not, for whoever saw it could make the codes when somebody else confirms it.
    """
    User.objects.select_for_update().get(pk=user.pk)
    known = SecondFactor.objects.filter(user=user).first()
    if known is not None and (known.confirmed_at is not None or str(known.pk) == shown):
        return known
    SecondFactor.objects.filter(user=user, confirmed_at=None).delete()
    factor = SecondFactor.objects.create(user=user, sealed_secret=totp.seal(totp.new_secret()), made_at=at)
    audit.write("account.begin_second_factor", by=by, at=at, object_kind="account", object_id=user.pk)
    return factor


@transaction.atomic
def confirm_second_factor(*, user: User, code: str, by: audit.Actor, at: datetime, now: datetime) -> list[str]:
    """Take the factor into use with a first right code; returns the recovery codes, shown this once."""
    factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at=None).first()
    if factor is None:
        raise SignInRefused("second-factor", _("Det finns ingen app som väntar på att bekräftas. Börja om."))
    _take(factor, code, now)
    factor.confirmed_at = at
    factor.save(update_fields=["confirmed_at"])
    audit.write("account.confirm_second_factor", by=by, at=at, object_kind="account", object_id=user.pk)
    return _fresh_codes(factor)


@transaction.atomic
def use_code(*, user: User, code: str, by: audit.Actor, at: datetime, now: datetime) -> str:
    """Accept a one-time code or an unused recovery code of the account; returns which. Each counts once."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).exclude(confirmed_at=None).first()
    if factor is None:
        raise wrong_code()
    used = RecoveryCode.objects.filter(factor=factor, code_hash=totp.recovery_hash(code), used_at=None).update(
        used_at=at
    )
    if not used:
        _take(factor, code, now)
    how = "recovery-code" if used else "one-time-code"
    audit.write("account.use_code", by=by, at=at, object_kind="account", object_id=user.pk, reason=how)
    return how


def _take(factor: SecondFactor, code: str, now: datetime) -> None:
    """Accept a code of the app that is newer than the last one used, or raise."""
    step = totp.step_of(totp.unseal(factor.sealed_secret), code, at=now)
    if step is None or step <= factor.last_step:
        raise wrong_code()
    factor.last_step = step
    factor.save(update_fields=["last_step"])


def _fresh_codes(factor: SecondFactor) -> list[str]:
    factor.recovery_codes.all().delete()
    codes = totp.new_recovery_codes()
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, code_hash=totp.recovery_hash(code)) for code in codes)
    return codes


@transaction.atomic
def renew_recovery_codes(*, user: User, by: audit.Actor, at: datetime) -> list[str]:
    """Ten new recovery codes; the earlier ones stop to work."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).exclude(confirmed_at=None).first()
    if factor is None:
        raise SignInRefused("second-factor", _("Kontot har ingen app för engångskoder."))
    audit.write("account.renew_recovery_codes", by=by, at=at, object_kind="account", object_id=user.pk)
    return _fresh_codes(factor)


@transaction.atomic
def reset_second_factor(*, user: User, by: audit.Actor, at: datetime) -> None:
    """Take away the factor of somebody who has lost the phone: an administrator's act. They set up a new one."""
    if not SecondFactor.objects.filter(user=user).delete()[0]:
        raise SignInRefused("second-factor", _("Kontot har ingen app för engångskoder."))
    audit.write("account.reset_second_factor", by=by, at=at, object_kind="account", object_id=user.pk)


@transaction.atomic
def change_password(*, user: User, old: str, new: str, by: audit.Actor, at: datetime) -> None:
    """Change the password; every other session of the account ends, because its hash no longer matches."""
    if not user.check_password(old):
        raise PasswordNotChanged(_("Det nuvarande lösenordet stämmer inte."))
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise PasswordNotChanged(" ".join(error.messages)) from None
    user.set_password(new)
    user.save(update_fields=["password"])
    audit.write("account.change_password", by=by, at=at, object_kind="account", object_id=user.pk)


@transaction.atomic
def open_account(*, user_name: str, staff: uuid.UUID, by: audit.Actor, at: datetime) -> User:
    """An account without password for a member of staff who signs in with SITHS and is known in the register."""
    user = User.objects.create_user(user_name)
    audit.write(
        "account.open_account", by=by, at=at, object_kind="account", object_id=user.pk, reason=f"siths staff {staff}"
    )
    return user


def note_failed(*, user: User | None, code: str, by: audit.Actor, at: datetime) -> None:
    """Log a sign-in that was not let through: for which account, when one is known, and why."""
    audit.write(
        "account.sign_in_failed",
        by=by,
        at=at,
        action=audit.Action.DENIED,
        object_kind="account",
        object_id=user.pk if user else "",
        reason=code,
    )
