"""What a production setting must be before anything starts; each refusal says which setting and why."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

SECRET_LENGTH = 50
AUDIT_KEY_LENGTH = 32
# Fewer than this is a key that somebody typed, not one that was drawn.
DISTINCT = 10
# How keys that stand in source code, in this one too, begin.
KNOWN = ("development-only", "django-insecure-", "changeme", "secret")


def refuse_weak(name: str, value: str, length: int) -> None:
    """Raise unless ``value`` has at least ``length`` characters, varies, and is not a known one."""
    if value.lower().startswith(KNOWN):
        raise ImproperlyConfigured(f"{name} holds a known value: draw one at random")
    if len(value) < length or len(set(value)) < DISTINCT:
        raise ImproperlyConfigured(
            f"{name} is too weak: it takes at least {length} random characters, {DISTINCT} of them different"
        )


def refuse_shared(secret: str, audit_keys: Iterable[str]) -> None:
    """Raise when one secret does two things: who learns the one would hold the other."""
    keys = [secret, *audit_keys]
    if len(set(keys)) != len(keys):
        raise ImproperlyConfigured("NARVARD_SECRET_KEY and the keys in NARVARD_AUDIT_KEYS must all be different")


def refuse_any_host(hosts: Iterable[str]) -> None:
    """Raise when every host name is let in: a forged Host header would then write our links."""
    if "*" in hosts:
        raise ImproperlyConfigured("NARVARD_ALLOWED_HOSTS names each host in production: * lets any in")


def refuse_open_call(name: str, url: str, *, allowed: bool) -> None:
    """Raise unless ``url`` (empty: no calls) is a web address, by HTTPS unless ``allowed`` says otherwise."""
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username):
        raise ImproperlyConfigured(f"{name} is not an address such as https://router.example")
    if url and parts.scheme != "https" and not allowed:
        raise ImproperlyConfigured(
            f"{name} must be https in production: what is asked holds where patients live. "
            "NARVARD_ROUTER_INSECURE=true allows http inside a closed network"
        )
