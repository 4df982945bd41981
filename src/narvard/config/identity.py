"""The settings of an identity provider, read from the environment."""

from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from narvard.config import guards


def provider(env: environ.Env, prefix: str, *, scope: str, acr: list[str], production: bool) -> dict[str, Any]:
    """Issuer, client and what is asked of a provider, from variables that begin with ``prefix``.

    Raises ImproperlyConfigured for half a configuration, and in production for one without HTTPS or secret.
    """
    issuer = env.str(f"{prefix}_ISSUER", default="")
    client, secret = env.str(f"{prefix}_CLIENT_ID", default=""), env.str(f"{prefix}_CLIENT_SECRET", default="")
    if bool(issuer) != bool(client):
        raise ImproperlyConfigured(f"{prefix}_ISSUER and {prefix}_CLIENT_ID go together")
    guards.refuse_open_call(f"{prefix}_ISSUER", issuer, allowed=not production)
    levels = tuple(env.list(f"{prefix}_ACR", default=acr))
    if production and issuer and not (secret and levels):
        raise ImproperlyConfigured(f"{prefix}_CLIENT_SECRET and {prefix}_ACR are needed in production")
    return {
        "issuer": issuer,
        "client_id": client,
        "client_secret": secret,
        "scope": env.str(f"{prefix}_SCOPE", default=scope),
        "acr": levels,
        "hosts": tuple(env.list(f"{prefix}_HOSTS", default=[])),
    }


def origins(*providers: dict[str, Any]) -> list[str]:
    """Where a form of ours may end up: the sign-out pages of the providers."""
    found = []
    for each in providers:
        parts = urlsplit(each["issuer"])
        if parts.netloc:
            found += [f"{parts.scheme}://{host}" for host in (parts.netloc, *each["hosts"])]
    return found
