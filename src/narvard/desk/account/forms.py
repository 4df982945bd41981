"""Forms of sign-in and of one's own account."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from narvard.access.signin.errors import locked_out
from narvard.access.signin.limits import is_locked
from narvard.core.models import User
from narvard.desk.base import OnceForm


class SignInForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("Användarnamn"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Lösenord"), max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None
        self.failed_as = ""

    def clean(self) -> dict[str, Any]:
        """Check the password; the answer never tells which of the two was wrong, or whether the name exists."""
        cleaned = super().clean() or {}
        name, password = cleaned.get("username"), cleaned.get("password")
        if name and password:
            user = authenticate(self.request, username=name, password=password)
            if not isinstance(user, User):
                self.failed_as = name
                if is_locked(self.request, name):
                    raise forms.ValidationError(str(locked_out(settings.NARVARD_SIGN_IN_MINUTES)), code="locked")
                raise forms.ValidationError(_("Fel användarnamn eller lösenord."))
            self.user = user
        return cleaned


_CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class CodeForm(forms.Form):
    """A one-time code, or a recovery code."""

    code = forms.CharField(
        label=_("Kod"),
        help_text=_("Sex siffror från appen, eller en av dina reservkoder."),
        max_length=20,
        widget=forms.TextInput(attrs=_CODE),
    )


class ConfirmForm(forms.Form):
    """The first code of a new app."""

    code = forms.CharField(
        label=_("Koden som appen visar"),
        max_length=10,
        widget=forms.TextInput(attrs={**_CODE, "inputmode": "numeric"}),
    )


class PasswordForm(OnceForm):
    """A new password, against the present one."""

    old = forms.CharField(
        label=_("Nuvarande lösenord"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("Nytt lösenord"),
        help_text=_("Minst 12 tecken. En mening är lättare att minnas än tecken."),
        min_length=12,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class FindAccountForm(forms.Form):
    """One colleague, by exact HSA-id or user name."""

    who = forms.CharField(label=_("HSA-id eller användarnamn"), max_length=80)


class ResetForm(OnceForm):
    """Take away somebody's app for one-time codes."""
