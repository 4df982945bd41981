"""Forms of sign-in."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from narvard.core.models import User


class SignInForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("Användarnamn"), widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"})
    )
    password = forms.CharField(
        label=_("Lösenord"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        """Check the password; the answer never tells which of the two was wrong."""
        cleaned = super().clean() or {}
        if cleaned.get("username") and cleaned.get("password"):
            user = authenticate(self.request, username=cleaned["username"], password=cleaned["password"])
            if not isinstance(user, User):
                raise forms.ValidationError(_("Fel användarnamn eller lösenord."))
            self.user = user
        return cleaned
