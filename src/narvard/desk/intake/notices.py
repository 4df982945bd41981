"""What the unit has been told lately, how it left the system, and where its notices go."""

from dataclasses import dataclass, replace
from datetime import datetime

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from narvard.access.pages import CareHttpRequest, Role, page
from narvard.care.models import Handover
from narvard.desk.base import OnceForm, run_once
from narvard.flows.notices import page_of
from narvard.organisation.notices.actions import set_notice_address
from narvard.organisation.notices.models import Channel, Delivery, Notice
from narvard.organisation.notices.queries import addresses_of, enabled_channels, notices_of

# Who says where the own unit's notices go: those who answer for it by the hour.
SETTERS = (Role.COORDINATOR, Role.TEAM, Role.PHYSICIAN, Role.WARD, Role.MUNICIPAL, Role.SOCIAL, Role.SENDER)
_BADGES = {
    Delivery.State.WAITING: "waiting",
    Delivery.State.SENDING: "waiting",
    Delivery.State.SENT: "done",
    Delivery.State.FAILED: "late",
}


class AddressForm(OnceForm):
    """A mailbox and a phone that whoever is on duty has; either may be empty."""

    email = forms.CharField(label=gettext_lazy("E-post till den som har jour"), max_length=120, required=False)
    sms = forms.CharField(label=gettext_lazy("Jourtelefon för sms"), max_length=30, required=False)


@dataclass(frozen=True)
class Told:
    """One notice: what waits, since when it was told, and how it left."""

    what: str
    url: str
    at: datetime
    sent: list[tuple[str, str]]


@page(*SETTERS, Role.PLANNER, Role.MANAGER, methods=("GET", "POST"))
def notices(request: CareHttpRequest) -> HttpResponse:
    """The unit's notices of the last days, and the form for where they go."""
    unit, status = request.commission.unit, 200
    form = AddressForm(request.POST if request.method == "POST" else None, initial=addresses_of(unit))
    if request.method == "POST":
        if request.commission.role not in SETTERS:
            form.full_clean()
            form.add_error(None, _("Bara de som arbetar på enheten ändrar vart påminnelserna går."))
        status = 422
        if form.is_valid():
            done = _("Påminnelserna går dit från och med nu.")
            here = reverse("intake:notices")
            answer = run_once(
                request, form, "intake.notices", lambda: _set(request, form), then=lambda _pk: here, done=done
            )
            if answer is not None:
                return answer
            status = 409
    context = {
        "told": _all_told(list(notices_of(unit, request.at, request.commission))),
        "form": form,
        "ways": [str(Channel(name).label) for name in enabled_channels()],
        "may_set": request.commission.role in SETTERS,
    }
    return render(request, "intake/notices.html", context, status=status)


def _set(request: CareHttpRequest, form: AddressForm) -> object:
    by = request.commission
    for channel in Channel:
        set_notice_address(
            unit=by.unit, channel=channel, address=form.cleaned_data[channel.value], by=by, at=request.at
        )
    return by.unit_id


def _all_told(notices: list[Notice]) -> list[Told]:
    """The notices; a manager who is told by name reads between which units, and opens no patient."""
    keys = [row.object_id for row in notices if row.told_id]
    between = Handover.objects.select_related("giver", "receiver").in_bulk(keys) if keys else {}
    found = []
    for notice in notices:
        told = _told(notice)
        handover = between.get(notice.object_id) if notice.told_id else None
        if handover is not None:
            words = {"giver": handover.giver.name, "receiver": handover.receiver.name}
            sides = _("mellan %(giver)s och %(receiver)s") % words
            told = replace(told, what=f"{told.what}, {sides}", url="")
        found.append(told)
    return found


def _told(notice: Notice) -> Told:
    ways = sorted(notice.deliveries.all(), key=lambda row: row.address.channel)
    return Told(
        what=capfirst(str(notice.get_kind_display())),
        url=page_of(notice),
        at=notice.at,
        sent=[
            (_BADGES[Delivery.State(row.state)], f"{row.address.get_channel_display()}: {row.get_state_display()}")
            for row in ways
        ],
    )
