"""Sign-in, the acting commission, the start page, units and phones, drafts, health."""

import uuid
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, page, public, signed_in
from narvard.access.queries import SESSION_KEY, commissions_of
from narvard.core import audit
from narvard.core.models import User
from narvard.desk.account import health as health_report
from narvard.desk.account.cast import cast
from narvard.desk.account.directory import directory_rows
from narvard.desk.account.drafts import save_draft
from narvard.desk.account.forms import SignInForm
from narvard.desk.places import places_of
from narvard.organisation.models import Commission
from narvard.ui import styleguide as guide
from narvard.ui.notices import tell


def _next(request: HttpRequest) -> str:
    """Where to go afterwards; only addresses of this site are followed."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    secure = request.is_secure()
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=secure) else ""


@public(methods=("GET", "POST"))
def sign_in(request: CareHttpRequest) -> HttpResponse:
    """Sign in with user name and password; the demonstration also lists its cast."""
    form = SignInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.user is not None:
        login(request, form.user)
        return _begin(request, form.user)
    people = cast(request.at) if settings.NARVARD_DEMO else []
    context = {"form": form, "cast": people, "next": _next(request)}
    return render(request, "account/sign_in.html", context, status=422 if form.errors else 200)


def _begin(request: CareHttpRequest, user: User, chosen: Commission | None = None) -> HttpResponseRedirect:
    """Act under ``chosen`` or the only commission, else ask which."""
    commissions = list(commissions_of(user, request.at)[:2])
    acting = chosen or (commissions[0] if len(commissions) == 1 else None)
    audit.write(
        "account.sign_in", by=acting or audit.SYSTEM, at=request.at, action=audit.Action.SIGN_IN, object_id=user.pk
    )
    if acting is None:
        query = urlencode({"next": _next(request)})
        return HttpResponseRedirect(f"{redirect('account:commission').url}?{query}")
    request.session[SESSION_KEY] = str(acting.pk)
    return HttpResponseRedirect(_next(request) or redirect("account:start").url)


@public(methods=("POST",))
def sign_in_as(request: CareHttpRequest) -> HttpResponse:
    """Switch to a member of the demonstration's cast in one click; exists only in a demonstration."""
    if not settings.NARVARD_DEMO:
        raise Http404
    chosen = _commission(request.POST.get("commission", ""))
    user = chosen.staff.user if chosen else None
    if chosen is None or user is None or not commissions_of(user, request.at).filter(pk=chosen.pk).exists():
        raise Http404
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return _begin(request, user, chosen)


def _commission(key: str) -> Commission | None:
    try:
        return Commission.objects.select_related("staff__user", "unit__provider").filter(pk=uuid.UUID(key)).first()
    except (ValueError, ValidationError):
        return None


@signed_in(methods=("POST",))
def sign_out(request: CareHttpRequest) -> HttpResponse:
    """End the session."""
    audit.write("account.sign_out", by=request.commission or audit.SYSTEM, at=request.at, action=audit.Action.SIGN_OUT)
    logout(request)
    list(get_messages(request))
    return redirect("account:sign-in")


@signed_in(methods=("GET", "POST"))
def commission(request: CareHttpRequest) -> HttpResponse:
    """Choose the commission to act under; switched in one click from any page."""
    mine = commissions_of(request.user, request.at)
    if request.method == "POST":
        asked = _commission(request.POST.get("commission", ""))
        chosen = mine.filter(pk=asked.pk).first() if asked else None
        if chosen is None:
            raise Http404
        request.session[SESSION_KEY] = str(chosen.pk)
        audit.write("account.commission", by=chosen, at=request.at, action=audit.Action.SIGN_IN)
        tell(request, _("Du arbetar nu på %(unit)s.") % {"unit": chosen.unit.name})
        return HttpResponseRedirect(_next(request) or redirect("account:start").url)
    return render(request, "account/commission.html", {"commissions": mine, "next": _next(request)})


@page()
def start(request: CareHttpRequest) -> HttpResponse:
    """Go to the role's first place."""
    return redirect(places_of(request.commission)[0].page)


@page()
def directory(request: CareHttpRequest) -> HttpResponse:
    """Units and phones: who is open now and whom to call, by name, kind or municipality."""
    text = request.GET.get("q", "").strip()
    return render(request, "account/directory.html", {"rows": directory_rows(text, request.at), "q": text})


@page(methods=("POST",))
def draft(request: CareHttpRequest) -> HttpResponse:
    """Keep what is typed in a form that is not sent yet."""
    save_draft(user=request.user, form=request.POST.get("_form", ""), data=request.POST, at=request.at)
    return HttpResponse(status=204)


@public()
def health(request: HttpRequest) -> JsonResponse:
    """Whether the system works, for a monitor; tells nothing about persons."""
    report, well = health_report.report()
    return JsonResponse(report, status=200 if well else 503)


@public(methods=("GET", "POST"))
def styleguide(request: HttpRequest) -> HttpResponse:
    """Everything the design system can show, with made-up content."""
    context = guide.context(request.POST if request.method == "POST" else None)
    return render(request, "ui/styleguide.html", context, status=422 if context["form"].errors else 200)
