"""Sign-in with a password, the acting commission, the start page, units and phones, drafts, health."""

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.messages import get_messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, page, public, signed_in
from narvard.access.queries import LIMITS_KEY, SESSION_KEY, commissions_of, session_commissions
from narvard.access.signin import actions, oidc
from narvard.access.signin.actors import actor_of
from narvard.access.signin.models import SecondFactor
from narvard.core import audit
from narvard.core.models import User
from narvard.desk.account import health as health_report
from narvard.desk.account.cast import cast
from narvard.desk.account.directory import directory_rows
from narvard.desk.account.drafts import save_draft
from narvard.desk.account.entry import ID_TOKEN, await_factor, commission_by, enter, next_of
from narvard.desk.account.forms import SignInForm
from narvard.desk.mypage.entry import cast as patient_cast
from narvard.desk.mypage.entry import representative_cast
from narvard.desk.places import places_of
from narvard.ui import styleguide as guide
from narvard.ui.notices import tell


@public(methods=("GET", "POST"))
def sign_in(request: CareHttpRequest) -> HttpResponse:
    """Sign in with user name and password; the demonstration also lists its cast."""
    form = SignInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.user is not None:
        return _password_was_right(request, form.user)
    if form.failed_as:
        _note(request, form)
    people = cast(request.at) if settings.NARVARD_DEMO else []
    patients = patient_cast(request.at) if settings.NARVARD_DEMO else []
    context = {
        "form": form,
        "cast": people,
        "patients": patients,
        "representatives": representative_cast(request.at) if settings.NARVARD_DEMO else [],
        "next": next_of(request),
        "siths": oidc.siths().configured,
        "eid": oidc.eid().configured,
    }
    return render(request, "account/sign_in.html", context, status=422 if form.errors else 200)


def _password_was_right(request: CareHttpRequest, user: User) -> HttpResponse:
    """In, unless the account has an app for one-time codes or has to get one."""
    has = SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).exists()
    if has or settings.NARVARD_SECOND_FACTOR:
        return await_factor(request, user, next_of(request))
    return enter(request, user, way="password", target=next_of(request))


def _note(request: CareHttpRequest, form: SignInForm) -> None:
    user = User.objects.select_related("staff").filter(username=form.failed_as).first()
    locked = form.has_error("__all__", code="locked")
    actions.note_failed(user=user, code="locked" if locked else "password", by=actor_of(user), at=request.at)


@public(methods=("POST",))
def sign_in_as(request: CareHttpRequest) -> HttpResponse:
    """Switch to a member of the demonstration's cast in one click; exists only in a demonstration."""
    if not settings.NARVARD_DEMO:
        raise Http404
    chosen = commission_by(request.POST.get("commission", ""))
    user = chosen.staff.user if chosen else None
    if chosen is None or user is None or not commissions_of(user, request.at).filter(pk=chosen.pk).exists():
        raise Http404
    return enter(request, user, way="demonstration", target=next_of(request), chosen=chosen)


@signed_in(methods=("POST",))
def sign_out(request: CareHttpRequest) -> HttpResponse:
    """End the session here, and at the identity provider that began it."""
    by = request.commission or actor_of(request.user)
    audit.write("account.sign_out", by=by, at=request.at, action=audit.Action.SIGN_OUT)
    with_siths = LIMITS_KEY in request.session
    token = request.session.get(ID_TOKEN, "")
    logout(request)
    list(get_messages(request))
    back = reverse("account:sign-in")
    if with_siths:
        back = oidc.sign_out_url(oidc.siths(), id_token=token, back=request.build_absolute_uri(back)) or back
    return HttpResponseRedirect(back)


@signed_in(methods=("GET", "POST"))
def commission(request: CareHttpRequest) -> HttpResponse:
    """Choose the commission to act under; switched in one click from any page."""
    mine = session_commissions(request)
    if request.method == "POST":
        asked = commission_by(request.POST.get("commission", ""))
        chosen = mine.filter(pk=asked.pk).first() if asked else None
        if chosen is None:
            raise Http404
        request.session.cycle_key()
        request.session[SESSION_KEY] = str(chosen.pk)
        audit.write("account.commission", by=chosen, at=request.at, action=audit.Action.SIGN_IN)
        tell(request, _("Du arbetar nu på %(unit)s.") % {"unit": chosen.unit.name})
        return HttpResponseRedirect(next_of(request) or redirect("account:start").url)
    context = {"commissions": mine, "next": next_of(request), "with_siths": LIMITS_KEY in request.session}
    return render(request, "account/commission.html", context)


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
    form = request.POST.get("_form", "")
    save_draft(user=request.user, by=request.commission, form=form, data=request.POST, at=request.at)
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
