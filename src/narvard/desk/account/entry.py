"""Coming in: from a known identity to a session, whatever told who it is."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import login
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from narvard.access.pages import CareHttpRequest
from narvard.access.queries import LIMITS_KEY, SESSION_KEY, session_commissions
from narvard.access.signin import actions, sessions
from narvard.access.signin.actors import actor_of
from narvard.access.signin.errors import SignInRefused
from narvard.access.signin.models import SecondFactor
from narvard.core import audit
from narvard.core.models import User
from narvard.organisation.models import Commission

BACKEND = "django.contrib.auth.backends.ModelBackend"
PENDING, ID_TOKEN = "pending", "id_token"
# From the right password to the right code.
PENDING_SECONDS = 600


def next_of(request: HttpRequest) -> str:
    """Where to go afterwards; only addresses of this site are followed."""
    return safe(request, request.POST.get("next") or request.GET.get("next") or "")


def safe(request: HttpRequest, target: str) -> str:
    """``target`` if it is an address of this site."""
    secure = request.is_secure()
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=secure) else ""


def commission_by(key: str) -> Commission | None:
    """The commission with this id; None when the text is no id or there is none."""
    try:
        return Commission.objects.select_related("staff__user", "unit__provider").filter(pk=uuid.UUID(key)).first()
    except (ValueError, ValidationError):
        return None


def enter(
    request: CareHttpRequest,
    user: User,
    *,
    way: str,
    target: str = "",
    chosen: Commission | None = None,
    limits: Mapping[str, Any] | None = None,
    id_token: str = "",
) -> HttpResponseRedirect:
    """Begin a session of its own for ``user``; act under ``chosen`` or the only commission, else ask which."""
    request.session.flush()
    login(request, user, backend=BACKEND)
    sessions.begin(request)
    if limits:
        request.session[LIMITS_KEY], request.session[ID_TOKEN] = dict(limits), id_token
    mine = list(session_commissions(request)[:2])
    acting = chosen or (mine[0] if len(mine) == 1 else None)
    audit.write(
        "account.sign_in",
        by=acting or actor_of(user),
        at=request.at,
        action=audit.Action.SIGN_IN,
        object_kind="account",
        object_id=user.pk,
        reason=way,
    )
    if acting is None:
        return HttpResponseRedirect(with_next(reverse("account:commission"), target))
    request.session[SESSION_KEY] = str(acting.pk)
    return HttpResponseRedirect(target or reverse("account:start"))


def with_next(url: str, target: str) -> str:
    """``url``, remembering where to go afterwards."""
    return f"{url}?{urlencode({'next': target})}" if target else url


@dataclass(frozen=True)
class Pending:
    """Somebody whose password was right and whose second factor is still to come."""

    user: User
    target: str

    @property
    def factor(self) -> SecondFactor | None:
        """Their confirmed app, if they have one."""
        return SecondFactor.objects.filter(user=self.user).exclude(confirmed_at=None).first()


def await_factor(request: HttpRequest, user: User, target: str) -> HttpResponse:
    """Remember the right password for ten minutes and ask for the code, or for an app to be set up."""
    request.session.flush()
    request.session[PENDING] = {"user": str(user.pk), "at": time.time(), "next": target}
    has = SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).exists()
    return redirect("account:second-factor" if has else "account:second-factor-new")


def pending_of(request: HttpRequest) -> Pending | None:
    """Who waits to show a second factor in this browser."""
    kept = request.session.get(PENDING)
    if not kept or time.time() - kept["at"] > PENDING_SECONDS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    return Pending(user, safe(request, kept["next"])) if user else None


def refuse(request: HttpRequest, error: SignInRefused, user: User | None = None) -> HttpResponse:
    """Log a sign-in that was not let through and say why, with the way back."""
    actions.note_failed(user=user, code=error.code, by=actor_of(user), at=request.at)  # type: ignore[attr-defined]
    list(get_messages(request))
    return render(request, "account/refused.html", {"message": str(error)}, status=403)
