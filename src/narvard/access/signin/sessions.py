"""How long a sign-in lasts: an idle and an absolute limit, by the machine's real time.

The limits are about who sits at the screen, so the demonstration's clock does not count. They hold on the server:
the middleware looks at timestamps in the session row at every request.
"""

import time
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from narvard.access.signin.actors import NOBODY, PersonActor, actor_of
from narvard.core import audit, clock
from narvard.core.models import User

BEGAN, SEEN, PERSON = "began_at", "seen_at", "person"
# Seeing every request would write the session row each time.
SEEN_EVERY_SECONDS = 30.0


def begin(request: HttpRequest, now: float | None = None) -> None:
    """Start the clocks of a session that has just been signed in."""
    request.session[BEGAN] = request.session[SEEN] = time.time() if now is None else now


def idle_limit(request: HttpRequest) -> float:
    """Seconds that the session may rest: shorter on a patient's page, which is read on borrowed screens."""
    minutes = settings.NARVARD_IDLE_MINUTES_PERSON if PERSON in request.session else settings.NARVARD_IDLE_MINUTES
    return 60.0 * float(minutes)


def over(request: HttpRequest, now: float) -> str:
    """Which limit the session has passed: ``idle``, ``absolute`` or none."""
    if now - request.session.get(BEGAN, now) >= settings.SESSION_COOKIE_AGE:
        return "absolute"
    return "idle" if now - request.session.get(SEEN, now) >= idle_limit(request) else ""


class SessionLimitsMiddleware:
    """Ends a session that has rested or lasted too long, and says so in words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the clocks before anything else sees who is signed in."""
        if not (request.user.is_authenticated or PERSON in request.session):
            return self.get_response(request)
        now = time.time()
        if which := over(request, now):
            return _ended(request, which)
        if BEGAN not in request.session:
            begin(request, now)
        elif not _polls(request) and now - request.session[SEEN] >= SEEN_EVERY_SECONDS:
            request.session[SEEN] = now
        return self.get_response(request)


def _polls(request: HttpRequest) -> bool:
    """Whether a page asks by itself (progress of a run): that is nobody at the screen."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("X-Narvard-Poll") == "true"


def _ended(request: HttpRequest, which: str) -> HttpResponse:
    """Sign out, log it, and send the person to sign in and back; htmx is told in its own way."""
    person = PERSON in request.session
    back = _where(request)
    actor = PersonActor(which) if person else actor_of(request.user) if isinstance(request.user, User) else NOBODY
    audit.write("account.session_ended", by=actor, at=clock.now(), action=audit.Action.SIGN_OUT, reason=which)
    logout(request)
    words = (
        _("Du loggades ut eftersom sidan inte hade använts på en stund. Det du hann skriva är sparat som utkast.")
        if which == "idle"
        else _("Du loggades ut eftersom en inloggning räcker högst ett arbetspass. Logga in igen.")
    )
    messages.info(request, words)
    target = reverse(settings.LOGIN_URL)
    url = f"{target}?{urlencode({'next': back})}" if back else target
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _where(request: HttpRequest) -> str:
    """The page the person was on: the address asked for, or for a sent form the page that held it."""
    hx = request.headers.get("HX-Current-URL", "") or (
        request.headers.get("Referer", "") if request.method != "GET" else ""
    )
    if not hx:
        return request.get_full_path() if request.method == "GET" else ""
    if not url_has_allowed_host_and_scheme(hx, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(hx)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
