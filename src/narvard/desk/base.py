"""What every page shares: the once-only form and running an act from it."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, PersonHttpRequest
from narvard.core import once
from narvard.core.errors import Refused, Stale
from narvard.core.models import User


class OnceForm(forms.Form):
    """A form that acts at most once (``once``) and on the row as it was shown (``version``)."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, version: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial.setdefault("once", uuid.uuid4())
            if version is not None:
                self.initial.setdefault("version", version)

    @property
    def seen_version(self) -> int | None:
        """The row version that the page showed."""
        value: int | None = self.cleaned_data.get("version")
        return value

    def renew(self, version: int | None = None) -> None:
        """Make the next try a new act; give ``version`` when the page now shows the row as of that version."""
        data = QueryDict(mutable=True)
        for name in self.data:
            data.setlist(name, self.data.getlist(name) if isinstance(self.data, QueryDict) else [self.data[name]])
        data[self.add_prefix("once")] = str(uuid.uuid4())
        if version is not None:
            data[self.add_prefix("version")] = str(version)
        self.data = data


def run_once(
    request: CareHttpRequest | PersonHttpRequest,
    form: OnceForm,
    action: str,
    act: Callable[[], object],
    *,
    then: Callable[[str], str],
    done: str = "",
) -> HttpResponseRedirect | None:
    """Run ``act`` once for the form's key and redirect to ``then(result)``; a double click lands there too.

    A refusal or a stale page becomes an error of the form (nothing was saved, nothing typed is lost) and the
    answer is None: fetch the row again, call ``form.renew(row.version)``, and render the page with status 409.
    """
    try:
        outcome = once.perform(form.cleaned_data["once"], user=_account(request), action=action, at=request.at, act=act)
    except (Refused, Stale) as error:
        form.add_error(None, str(error))
        form.renew()
        return None
    if outcome.repeated:
        messages.info(request, _("Det var redan gjort. Ingenting gjordes två gånger."))
    elif done:
        messages.success(request, done)
    return HttpResponseRedirect(then(outcome.result))


def _account(request: CareHttpRequest | PersonHttpRequest) -> User | None:
    """The account that acts; a patient has none."""
    return request.user if isinstance(request.user, User) else None
