"""The second factor: ask for the code at sign-in, set up an app, show the recovery codes once."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, public, signed_in
from narvard.access.signin import actions, limits, totp
from narvard.access.signin.actors import actor_of
from narvard.access.signin.errors import SignInRefused, locked_out
from narvard.access.signin.models import SecondFactor
from narvard.core.models import User
from narvard.desk.account.entry import enter, pending_of, refuse
from narvard.desk.account.forms import CodeForm, ConfirmForm
from narvard.ui import notices
from narvard.ui.notices import tell

# The id of the secret that this browser has been shown and nobody has confirmed.
SHOWN = "second_factor_shown"


@public(methods=("GET", "POST"))
def ask(request: CareHttpRequest) -> HttpResponse:
    """The code, after the right password. Wrong ones count as failed tries of the account."""
    pending = pending_of(request)
    if pending is None:
        return redirect("account:sign-in")
    if limits.is_locked(request, pending.user.username):
        return _locked(request, pending.user)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = actor_of(pending.user)
        try:
            how = actions.use_code(
                user=pending.user, code=form.cleaned_data["code"], by=by, at=request.at, now=timezone.now()
            )
        except SignInRefused as error:
            limits.count_failure(request, pending.user.username)
            actions.note_failed(user=pending.user, code=error.code, by=by, at=request.at)
            form.add_error("code", str(error))
        else:
            if how == "recovery-code":
                _tell_what_is_left(request, pending.user)
            return enter(request, pending.user, way=f"password and {how}", target=pending.target)
    return render(request, "account/second_factor.html", {"form": form}, status=422 if form.errors else 200)


def _locked(request: HttpRequest, user: User) -> HttpResponse:
    request.session.flush()
    return refuse(request, locked_out(settings.NARVARD_SIGN_IN_MINUTES), user)


def _tell_what_is_left(request: HttpRequest, user: User) -> None:
    left = SecondFactor.objects.get(user=user).recovery_codes.filter(used_at=None).count()
    tell(request, _("Du använde en reservkod. Du har %(left)d kvar.") % {"left": left})


@public(methods=("GET", "POST"))
def new(request: CareHttpRequest) -> HttpResponse:
    """Set up an app: after the right password when one is demanded, or from one's own account."""
    pending = pending_of(request)
    user: object = pending.user if pending else request.user
    if not isinstance(user, User):
        return redirect("account:sign-in")
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is not None and factor.confirmed_at is not None:
        return redirect("account:second-factor" if pending else "account:own")
    by = request.commission or actor_of(user)
    factor = actions.begin_second_factor(user=user, by=by, at=request.at, shown=request.session.get(SHOWN, ""))
    request.session[SHOWN] = str(factor.pk)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = actions.confirm_second_factor(
                user=user, code=form.cleaned_data["code"], by=by, at=request.at, now=timezone.now()
            )
        except SignInRefused as error:
            form.add_error("code", str(error))
        else:
            if pending:
                enter(request, user, way="password and new one-time code", target=pending.target)
            return _show_codes(request, codes, pending.target if pending else "")
    context = {"form": form, **_app(factor), "demanded": pending is not None}
    return render(request, "account/second_factor_new.html", context, status=422 if form.errors else 200)


def _app(factor: SecondFactor) -> dict[str, Any]:
    secret = totp.unseal(factor.sealed_secret)
    groups = [secret[place : place + 4] for place in range(0, len(secret), 4)]
    return {"picture": totp.picture(totp.address(secret, factor.user.username)), "secret": " ".join(groups)}


def _show_codes(request: HttpRequest, codes: list[str], target: str) -> HttpResponse:
    return render(request, "account/recovery_codes.html", {"codes": codes, "target": target})


@signed_in(methods=("POST",))
def renew_codes(request: CareHttpRequest) -> HttpResponse:
    """Ten new recovery codes, shown this once, for who knows the password: an unlocked screen gives none."""
    if not request.user.check_password(request.POST.get("password", "")):
        notices.refuse(request, _("Fel lösenord. De gamla reservkoderna gäller."))
        return redirect("account:own")
    by = request.commission or actor_of(request.user)
    codes = actions.renew_recovery_codes(user=request.user, by=by, at=request.at)
    return _show_codes(request, codes, "")
