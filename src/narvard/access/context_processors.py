"""What every template may know of the session."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def session(request: HttpRequest) -> dict[str, Any]:
    """The acting commission, the instant of the request, and whether this is a demonstration."""
    return {
        "commission": getattr(request, "commission", None),
        "now": getattr(request, "at", None),
        "is_demo": settings.NARVARD_DEMO,
    }
