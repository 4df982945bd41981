"""One's own account: password and one-time codes. And the administrator's help for those who lost their phone."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, Role, page, signed_in
from narvard.access.queries import LIMITS_KEY
from narvard.access.signin import actions
from narvard.access.signin.actors import actor_of
from narvard.access.signin.models import SecondFactor
from narvard.core.models import User
from narvard.desk.account.forms import FindAccountForm, PasswordForm, ResetForm
from narvard.desk.base import run_once
from narvard.organisation.models import Commission, Staff


@signed_in()
def own(request: CareHttpRequest) -> HttpResponse:
    """How one signs in, and what can be changed about it."""
    factor = SecondFactor.objects.filter(user=request.user).exclude(confirmed_at=None).first()
    context = {
        "with_siths": LIMITS_KEY in request.session,
        "has_password": request.user.has_usable_password(),
        "factor": factor,
        "codes_left": factor.recovery_codes.filter(used_at=None).count() if factor else 0,
        "administers": bool(request.commission and request.commission.role == Role.ADMINISTRATOR),
    }
    return render(request, "account/own.html", context)


@signed_in(methods=("GET", "POST"))
def password(request: CareHttpRequest) -> HttpResponse:
    """A new password; the account's other sessions end at once."""
    if not request.user.has_usable_password():
        raise Http404
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = run_once(
            request,
            form,
            "account.password",
            lambda: actions.change_password(
                user=request.user,
                old=form.cleaned_data["old"],
                new=form.cleaned_data["new"],
                by=request.commission or actor_of(request.user),
                at=request.at,
            ),
            then=lambda _result: reverse("account:own"),
            done=_("Lösenordet är bytt. Alla andra inloggningar på kontot är avslutade."),
        )
        if answer is not None:
            update_session_auth_hash(request, request.user)
            return answer
    return render(request, "account/password.html", {"form": form}, status=422 if form.errors else 200)


@page(Role.ADMINISTRATOR, methods=("GET", "POST"))
def find(request: CareHttpRequest) -> HttpResponse:
    """Find one colleague of one's own care provider by exact HSA-id or user name."""
    form = FindAccountForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        staff = _colleagues(request).filter(
            Q(hsa_id=form.cleaned_data["who"]) | Q(user__username=form.cleaned_data["who"])
        )
        context |= _account(staff.first())
        if context["user_account"] is None:
            form.add_error("who", _("Ingen hos er har det HSA-id:t eller användarnamnet."))
    return render(request, "account/find.html", context, status=422 if form.errors else 200)


def _colleagues(request: CareHttpRequest) -> Any:
    """Staff with an account and a commission in force at the administrator's care provider."""
    day = timezone.localdate(request.at)
    held = Commission.objects.filter(Q(until=None) | Q(until__gt=day), since__lte=day)
    keys = held.filter(unit__provider=request.commission.provider_id).values("staff")
    return Staff.objects.filter(pk__in=keys).exclude(user=None).select_related("user")


def _account(staff: Staff | None) -> dict[str, Any]:
    user: User | None = staff.user if staff else None
    factor = SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).first() if user else None
    return {"staff": staff, "user_account": user, "factor": factor, "reset": ResetForm()}


@page(Role.ADMINISTRATOR, methods=("POST",))
def reset(request: CareHttpRequest, pk: Any) -> HttpResponse:
    """Take away a colleague's app for one-time codes; they set up a new one at the next sign-in."""
    staff = _colleagues(request).filter(pk=pk).first()
    if staff is None or staff.user is None:
        raise Http404
    form = ResetForm(request.POST)
    if not form.is_valid():
        return redirect("account:find")
    answer = run_once(
        request,
        form,
        "account.reset_second_factor",
        lambda: actions.reset_second_factor(user=staff.user, by=request.commission, at=request.at),
        then=lambda _result: reverse("account:find"),
        done=_("Appen för engångskoder är borttagen för %(name)s.") % {"name": staff.name},
    )
    if answer is None:
        context = {"form": FindAccountForm(), **_account(staff), "reset": form}
        return render(request, "account/find.html", context, status=409)
    return answer
