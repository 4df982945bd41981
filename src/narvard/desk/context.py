"""The frame of every page: who acts and where one can go."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from narvard.access.queries import session_commissions
from narvard.core.models import User
from narvard.desk.places import places_of
from narvard.organisation.models import Commission, Staff
from narvard.ui.shell import CommissionChoice, NavItem, Shell


def shell(request: HttpRequest) -> dict[str, Any]:
    """The shell of the signed-in person's pages; the sign-in page has the plain one."""
    if person := getattr(request, "person", None):
        return {
            "shell": Shell(
                user_name=person.name, home_url=reverse("mypage:home"), sign_out_url=reverse("mypage:sign-out")
            )
        }
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"shell": Shell(home_url=reverse("account:sign-in"))}
    commission: Commission | None = getattr(request, "commission", None)
    return {
        "shell": Shell(
            user_name=_name(user, commission),
            home_url=reverse("account:start"),
            nav=_nav(commission, request.path) if commission else (),
            commissions=_choices(request, commission),
            switch_url=reverse("account:commission"),
            find_url=reverse("patient:search") if commission and commission.purpose in _SEARCHING else "",
            sign_out_url=reverse("account:sign-out"),
            account_url=reverse("account:own"),
            demo_url=reverse("account:sign-in") if settings.NARVARD_DEMO else "",
            report_url=_report_url(request.path) if commission else "",
        )
    }


def _name(user: User, commission: Commission | None) -> str:
    """The person's name; the account's where nobody at work stands behind it."""
    staff = commission.staff if commission else Staff.objects.filter(user=user).first()
    return staff.name if staff else str(user)


_SEARCHING = {Commission.Purpose.CARE, Commission.Purpose.SOCIAL}


def _report_url(path: str) -> str:
    """Where a deviation is reported; it is told which page one was on, and nothing that was asked there."""
    here = reverse("deviations:new")
    return "" if path == here else f"{here}?{urlencode({'fran': path})}"


def _nav(commission: Commission, path: str) -> list[NavItem]:
    places = [(place.label, reverse(place.page)) for place in places_of(commission)]
    here = max((url for _label, url in places if path.startswith(url)), key=len, default="")
    return [NavItem(str(label), url, current=url == here) for label, url in places]


def _choices(request: HttpRequest, commission: Commission | None) -> list[CommissionChoice]:
    rows = session_commissions(request)
    return [
        CommissionChoice(
            key=str(row.pk),
            role=str(row.get_role_display()),
            unit=row.unit.name,
            current=commission is not None and row.pk == commission.pk,
        )
        for row in rows
    ]
