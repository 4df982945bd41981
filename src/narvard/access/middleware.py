"""The session's commission, deny by default, and refusals at the boundary.

A request is not one transaction; each act is. By the time a refusal reaches this boundary it has left the act's
transaction, which rolled back, so the row about the denied attempt is written on its own and stays.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.i18n import set_language

from narvard.access.guard import AccessDenied, ChoiceNeeded
from narvard.access.pages import PageRule
from narvard.access.queries import session_commission, session_person
from narvard.access.signin.actors import actor_of
from narvard.core import audit, clock
from narvard.core.errors import Refused, Stale
from narvard.core.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]

# Django's own views that we use: their rule stands here.
RULES_FOR_DJANGO: dict[Any, PageRule] = {set_language: PageRule(public=True, needs_commission=False)}


class CommissionMiddleware:
    """Puts ``at`` and ``commission`` on the request and lets only views with a rule answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the clock once per request, so that everything in it happens at one instant."""
        request.at = clock.now()  # type: ignore[attr-defined]
        request.commission = session_commission(request)  # type: ignore[attr-defined]
        request.person = session_person(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.user.is_authenticated or request.person:  # type: ignore[attr-defined]
            # Care is given on shared screens: nothing stays in the browser for whoever comes next.
            response.headers["Cache-Control"] = "private, no-store"
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse views without a rule, and people whom the rule does not admit."""
        rule: PageRule | None = getattr(view, "page_rule", None) or RULES_FOR_DJANGO.get(view)
        if rule is None:
            raise Http404
        if rule.public:
            return None
        person = request.person  # type: ignore[attr-defined]
        if person and request.path == reverse("account:start"):
            # The system's address is all that a patient knows: it leads home.
            return HttpResponseRedirect(reverse("mypage:home"))
        if rule.person != bool(person):
            if person is None and not request.user.is_authenticated:
                return _go("account:sign-in", request)
            return denied(request, AccessDenied("page-kind", object_kind="page", object_id=request.path[:64]))
        if rule.person:
            return None
        if not request.user.is_authenticated:
            return _go("account:sign-in", request)
        if not rule.needs_commission:
            return None
        commission = request.commission  # type: ignore[attr-defined]
        if commission is None:
            return _go("account:commission", request)
        if not rule.admits(commission):
            return denied(request, AccessDenied("page-role", object_kind="page", object_id=request.path[:64]))
        return None


def _go(name: str, request: HttpRequest) -> HttpResponseRedirect:
    query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
    return HttpResponseRedirect(f"{reverse(name)}?{query}" if query else reverse(name))


class RefusalMiddleware:
    """Turns refusals into pages: denied and missing look alike (404); a refused act says why (409)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do on the way in."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Log a denied attempt (the act's own transaction has rolled back by now) and answer."""
        if isinstance(error, AccessDenied):
            return denied(request, error)
        if isinstance(error, ChoiceNeeded):
            query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return HttpResponseRedirect(f"{reverse('patient:choice', args=[error.patient])}?{query}")
        if isinstance(error, ObjectDoesNotExist):
            return render(request, "404.html", status=404)
        if isinstance(error, (Refused, Stale)):
            return render(request, "409.html", {"message": str(error)}, status=409)
        return None


def denied(request: HttpRequest, error: AccessDenied) -> HttpResponse:
    """Log a denied attempt and answer as if nothing were there."""
    log_denied(request, error)
    return render(request, "404.html", status=404)


def log_denied(request: HttpRequest, error: AccessDenied) -> None:
    """Log a denied attempt; for a page that goes on without what was denied."""
    audit.write(
        "access.denied",
        by=_who(request),
        at=request.at,  # type: ignore[attr-defined]
        action=audit.Action.DENIED,
        patients=[error.patient] if error.patient else [],
        object_kind=error.object_kind,
        object_id=error.object_id,
        reason=error.rule,
    )


def _who(request: HttpRequest) -> audit.Actor:
    """Who tried: the acting commission, else the account, else nobody known."""
    commission: audit.Actor | None = getattr(request, "commission", None)
    return commission or actor_of(request.user if isinstance(request.user, User) else None)
