"""One-time codes (TOTP, RFC 6238) and recovery codes: pure, the instant is given.

Codes are about the clock in the user's phone, so callers give the machine's real time, never the demo's.
"""

import base64
import hashlib
import secrets
from datetime import datetime

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

STEP_SECONDS = 30
# A phone may be half a minute wrong (RFC 6238, 5.2).
DRIFT_STEPS = 1
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another


class SecretUnreadable(Exception):
    """The stored secret was sealed with a key that the settings no longer hold."""


def new_secret() -> str:
    """A fresh shared secret, 160 bits in base32."""
    return pyotp.random_base32()


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"totp:{key}".encode()).digest())) for key in keys]
    )


def seal(secret: str) -> str:
    """The secret as it is stored."""
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret behind what is stored. Raises :class:`SecretUnreadable`."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SecretUnreadable from None


def address(secret: str, username: str) -> str:
    """The ``otpauth://`` address that an app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=_("Närvård"))


def picture(uri: str) -> str:
    """A QR code of ``uri`` as a ``data:`` address of an SVG."""
    return segno.make(uri, error="m").svg_data_uri(scale=5, border=2, dark="#000", light="#fff")


def step_of(secret: str, code: str, *, at: datetime) -> int | None:
    """The time step whose code this is, within the drift; None when it is not a code of ``secret`` now."""
    digits = "".join(code.split())
    now = int(at.timestamp()) // STEP_SECONDS
    maker = pyotp.TOTP(secret)
    found = None
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        if secrets.compare_digest(maker.at(step * STEP_SECONDS).encode(), digits.encode()):
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Ten codes of 49 bits each, in two groups, to be written down."""
    return [f"{_word()}-{_word()}" for _each in range(RECOVERY_CODES)]


def _word() -> str:
    return "".join(secrets.choice(_LETTERS) for _each in range(5))


def recovery_hash(code: str) -> str:
    """The keyed hash that a recovery code is known by; spaces, hyphens and case do not count."""
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return salted_hmac("narvard.recovery-code", plain, algorithm="sha256").hexdigest()
