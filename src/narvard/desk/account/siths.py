"""Sign-in with SITHS: there and back again."""

from django.http import Http404, HttpResponse
from django.urls import reverse

from narvard.access.pages import CareHttpRequest, public
from narvard.access.signin import oidc, siths
from narvard.access.signin.errors import SignInRefused
from narvard.desk.account.entry import enter, next_of, refuse, safe

TARGET = "siths_next"


@public()
def go(request: CareHttpRequest) -> HttpResponse:
    """Send the browser to the identity provider."""
    provider = oidc.siths()
    if not provider.configured:
        raise Http404
    try:
        answer = oidc.go_to(provider, request, reverse("account:siths-back"))
    except SignInRefused as error:
        return refuse(request, error)
    request.session[TARGET] = next_of(request)
    return answer


@public()
def back(request: CareHttpRequest) -> HttpResponse:
    """Take the browser back: check what the provider says, and begin a session."""
    provider = oidc.siths()
    if not provider.configured:
        raise Http404
    target = safe(request, request.session.get(TARGET, "") or "")
    try:
        claims = oidc.come_back(provider, request)
        identity = siths.identify(claims, at=request.at)
    except SignInRefused as error:
        return refuse(request, error)
    return enter(
        request,
        identity.user,
        way="siths",
        target=target,
        limits=siths.session_limits(identity),
        id_token=claims["_id_token"],
    )
