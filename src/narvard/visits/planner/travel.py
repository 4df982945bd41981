"""Where travel times come from: a road router named in the settings, else the estimate."""

from django.conf import settings

from narvard.engines.travel import Osrm, Router, Valhalla


def router() -> Router | None:
    """The road router that the settings name, or None: travel is then estimated."""
    url = settings.NARVARD_ROUTER_URL
    if not url:
        return None
    return Valhalla(url) if settings.NARVARD_ROUTER == "valhalla" else Osrm(url)
