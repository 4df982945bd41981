"""Why a sign-in is refused: one named error, a code for the log, and words for the person."""

from django.utils.translation import gettext as _

from narvard.core.errors import Refused


class SignInRefused(Refused):
    """A sign-in that is not let through; ``code`` goes to the log, the message to the person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def wrong_code() -> SignInRefused:
    """The one-time code or recovery code is not one that counts now."""
    return SignInRefused("second-factor", _("Koden stämmer inte. Vänta på nästa kod i appen och pröva igen."))


def locked_out(minutes: int) -> SignInRefused:
    """Too many failures from here."""
    words = _("För många misslyckade försök. Vänta %(minutes)d minuter och pröva igen.") % {"minutes": minutes}
    return SignInRefused("locked", words)
