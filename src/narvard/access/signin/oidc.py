"""OpenID Connect by Authlib: authorization code with PKCE, state and nonce, every token checked.

Two providers may be configured: SITHS for staff and an e-identification for patients and relatives. What the
claims mean stands in :mod:`siths` and :mod:`eid`. Calls go to the configured hosts only, over HTTPS in production,
are never redirected and are cut off in time and size.
"""

import logging
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoIntegration, DjangoOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from joserfc.errors import JoseError
from requests import RequestException, Response

from narvard.access.signin.errors import SignInRefused

log = logging.getLogger(__name__)
TIMEOUT_SECONDS = 10
MOST_BYTES = 1_000_000
# A provider's clock and ours may differ by this much.
LEEWAY_SECONDS = 60
_STATE_AGE_SECONDS = 900
_ALGORITHMS = ["RS256", "PS256", "ES256"]


@dataclass(frozen=True)
class Provider:
    """One identity provider as the settings name it; ``hosts`` are those it may send us to besides the issuer's."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    scope: str
    acr: tuple[str, ...]
    hosts: tuple[str, ...] = ()

    @property
    def configured(self) -> bool:
        """Whether sign-in by this provider is offered."""
        return bool(self.issuer and self.client_id)

    @property
    def all_hosts(self) -> frozenset[str]:
        """The hosts that the provider may be at."""
        return frozenset({urlsplit(self.issuer).netloc, *self.hosts})


def siths() -> Provider:
    """Staff: Inera's IdP."""
    return Provider("siths", **settings.NARVARD_SITHS)


def eid() -> Provider:
    """Patients and relatives: an e-identification."""
    return Provider("eid", **settings.NARVARD_EID)


class CallRefused(RequestException):
    """An answer from the provider that we do not take, or a call we do not make."""


class _GuardedSession(OAuth2Session):  # type: ignore[misc]
    """A session that calls the provider's own hosts only, follows no redirects, and cuts off what is slow or huge."""

    allowed_hosts: frozenset[str] = frozenset()

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Make the call, guarded."""
        parts = urlsplit(url)
        if parts.netloc not in self.allowed_hosts:
            raise CallRefused(f"not a host of the provider: {parts.netloc}")
        if settings.PRODUCTION and parts.scheme != "https":
            raise CallRefused("plain HTTP")
        kwargs |= {"timeout": TIMEOUT_SECONDS, "allow_redirects": False, "stream": True}
        answer: Response = super().request(method, url, *args, **kwargs)
        if answer.is_redirect:
            raise CallRefused("redirected")
        body = answer.raw.read(MOST_BYTES + 1, decode_content=True)
        if len(body) > MOST_BYTES:
            raise CallRefused("answer too large")
        answer._content = body
        answer._content_consumed = True
        return answer


class _Integration(DjangoIntegration):  # type: ignore[misc]
    """Keeps state in the browser's own session, for a quarter of an hour."""

    expires_in = _STATE_AGE_SECONDS

    def get_state_data(self, session: Any, state: str) -> Any:
        """What was kept for ``state``; nothing when it is too old."""
        kept = session.get(f"_state_{self.name}_{state}")
        return super().get_state_data(session, state) if kept and kept["exp"] > time.time() else None


class _Registry(OAuth):  # type: ignore[misc]
    framework_integration_cls = _Integration


class _App(DjangoOAuth2App):  # type: ignore[misc]
    """A client that believes a provider's metadata only where they name its own issuer and hosts."""

    provider: Provider

    def load_server_metadata(self) -> dict[str, Any]:
        """The provider's metadata, fetched once, with public-key algorithms only."""
        known = "_loaded_at" in self.server_metadata
        metadata: dict[str, Any] = super().load_server_metadata()
        if not known:
            try:
                self._check(metadata)
            except CallRefused:
                self.server_metadata.clear()
                raise
        return metadata

    def _check(self, metadata: dict[str, Any]) -> None:
        if str(metadata.get("issuer", "")).rstrip("/") != self.provider.issuer.rstrip("/"):
            raise CallRefused("another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"):
            if urlsplit(metadata.get(name, self.provider.issuer)).netloc not in self.provider.all_hosts:
                raise CallRefused(f"{name} is at another host")
        # Never "none", and never a key that both of us hold.
        offered = metadata.get("id_token_signing_alg_values_supported", _ALGORITHMS)
        metadata["id_token_signing_alg_values_supported"] = [each for each in _ALGORITHMS if each in offered]


@lru_cache(maxsize=8)
def _client(provider: Provider) -> DjangoOAuth2App:
    session = type("Session", (_GuardedSession,), {"allowed_hosts": provider.all_hosts})
    app = type("App", (_App,), {"client_cls": session, "provider": provider})
    return _Registry().register(
        provider.name,
        client_cls=app,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": provider.scope, "code_challenge_method": "S256"},
    )


def go_to(provider: Provider, request: HttpRequest, callback: str, **params: str) -> HttpResponse:
    """Send the browser to the provider; ``callback`` is the path it comes back to. Raises :class:`SignInRefused`."""
    if provider.acr:
        params["acr_values"] = " ".join(provider.acr)
    try:
        answer: HttpResponse = _client(provider).authorize_redirect(
            request, request.build_absolute_uri(callback), **params
        )
    except (RequestException, AuthlibBaseError, ValueError, RuntimeError) as error:
        raise _unreachable(provider, error) from error
    return answer


def come_back(provider: Provider, request: HttpRequest) -> dict[str, Any]:
    """The checked claims of the person whom the provider sent back. Raises :class:`SignInRefused`.

    Checked: state (used once, bound to this browser), the token's signature, issuer, audience, times and nonce,
    and that the level of assurance is one we take.
    """
    wanted = {
        "iss": {"essential": True, "value": provider.issuer.rstrip("/")},
        "aud": {"essential": True, "value": provider.client_id},
    }
    client = _client(provider)
    try:
        token = client.authorize_access_token(request, claims_options=wanted, leeway=LEEWAY_SECONDS)
        claims = dict(token.get("userinfo") or {})
        id_token = str(token.get("id_token", ""))
    except (AuthlibBaseError, JoseError, ValueError, KeyError, RuntimeError) as error:
        raise _not_trusted(provider, error) from error
    except RequestException as error:
        raise _unreachable(provider, error) from error
    if not claims:
        raise _not_trusted(provider, ValueError("no id_token"))
    _check_level(provider, claims)
    return {**claims, "_id_token": id_token}


def _check_level(provider: Provider, claims: dict[str, Any]) -> None:
    if provider.acr and claims.get("acr") not in provider.acr:
        raise SignInRefused(
            "acr",
            _("Inloggningen hade för låg tillitsnivå. Använd e-legitimation eller kort på nivå 3 och pröva igen."),
        )


def sign_out_url(provider: Provider, *, id_token: str, back: str) -> str:
    """The provider's own sign-out, or "" when it has none or does not answer: we are signed out here all the same."""
    if not provider.configured:
        return ""
    try:
        url: str = _client(provider).create_logout_url(
            post_logout_redirect_uri=back, id_token_hint=id_token or None, client_id=provider.client_id
        )["url"]
    except (RequestException, AuthlibBaseError, ValueError, RuntimeError) as error:
        log.warning("sign-out at %s failed: %s", provider.name, type(error).__name__)
        return ""
    return url


def _unreachable(provider: Provider, error: Exception) -> SignInRefused:
    log.warning("%s did not answer as it should: %s", provider.name, type(error).__name__)
    return SignInRefused("provider-unreachable", _("Inloggningstjänsten svarar inte. Pröva igen om en stund."))


def _not_trusted(provider: Provider, error: Exception) -> SignInRefused:
    """A refused or broken answer; the log names what was wrong, never what the answer held."""
    what = getattr(error, "error", "") or type(error).__name__
    claim = getattr(error, "claim", "") or ""
    log.warning("%s: sign-in not trusted: %s %s", provider.name, what, claim)
    if what == "access_denied":
        return SignInRefused("cancelled", _("Inloggningen avbröts."))
    code = f"token:{what}:{claim}" if claim else f"token:{what}"
    return SignInRefused(code[:60], _("Inloggningen kunde inte kontrolleras. Börja om från inloggningssidan."))
