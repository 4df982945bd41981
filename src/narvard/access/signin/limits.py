"""How often one may try to sign in: django-axes counts the failures, this says how many and of what.

Three counts run side by side over the lock-out time: by user name at one address (the ordinary guesser), by user
name from anywhere (many addresses, one account) and by address (one address, many accounts; high, because a
hospital shares one). User names are counted under a keyed hash: people type passwords and personal numbers there.
"""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

# How many times the limit of the pair a name from anywhere, and an address with any names, may fail.
NAME_FACTOR = 4
ADDRESS_FACTOR = 10


def name_key(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The keyed hash a typed user name is counted under."""
    name = (credentials or {}).get("username") or (request.POST.get("username", "") if request is not None else "")
    return salted_hmac("narvard.sign-in-name", str(name).strip().casefold(), algorithm="sha256").hexdigest()


def address_of(request: HttpRequest) -> str | None:
    """The client's address; behind a proxy that we trust, the last one that it added."""
    if settings.NARVARD_TRUSTED_PROXY and (forwarded := request.META.get("HTTP_X_FORWARDED_FOR", "")):
        return str(forwarded).rsplit(",", 1)[-1].strip()
    address: str | None = request.META.get("REMOTE_ADDR")
    return address


class Limits(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts by name at an address, by name and by address, each against its own limit."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """The worst of the three counts, on the scale of the first."""
        pair, name, address = (
            rows.aggregate(total=Sum("failures_since_start"))["total"] or 0
            for rows in self.get_user_attempts(request, credentials)
        )
        return max(pair, name // NAME_FACTOR, address // ADDRESS_FACTOR)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Forget only the pair's failures: one good account must not clear the count of its whole address."""
        deleted: int = self.filter_user_attempts(request, credentials)[0].delete()[0]
        return deleted


def locked(request: HttpRequest, response: HttpResponse | None = None, credentials: object = None) -> HttpResponse:
    """Let our own page answer a lock-out: the form says it in words (django-axes asks for a response)."""
    if response is None:
        return HttpResponse(status=429)
    response.status_code = 429
    return response


def is_locked(request: HttpRequest, username: str) -> bool:
    """Whether sign-in with ``username`` from here waits out a lock."""
    from axes.handlers.proxy import AxesProxyHandler  # reads the settings when it is imported

    return not AxesProxyHandler.is_allowed(request, {"username": username})


def count_failure(request: HttpRequest, username: str) -> None:
    """Count a wrong one-time code as a failed try of the account."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)
