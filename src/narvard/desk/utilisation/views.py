"""Utilisation data: what has come, what could not be read, and a file to take in. No person is shown."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from narvard.access.pages import CareHttpRequest, page
from narvard.core import audit
from narvard.desk.base import OnceForm, run_once
from narvard.desk.files import csv_attachment
from narvard.desk.followups import WRITERS, tabs
from narvard.followup.utilisation import actions, queries
from narvard.followup.utilisation.models import Delivery, QuarantinedRow
from narvard.followup.utilisation.reading import COLUMNS, REASONS
from narvard.ui.forms import DateInput

MOST_BYTES = 5_000_000
ON_PAGE = 20
SHOWN = 50


class DeliveryForm(OnceForm):
    """A file and the days that it tells everything about."""

    file = forms.FileField(
        label=gettext_lazy("Fil"),
        help_text=gettext_lazy("CSV, högst 5 MB. Större filer läses in med kommandot."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    since = forms.DateField(label=gettext_lazy("Första dagen som filen täcker"), widget=DateInput)
    until = forms.DateField(
        label=gettext_lazy("Dagen efter den sista"),
        help_text=gettext_lazy("Filen ska ha alla händelser mellan dagarna: ingen rad betyder ingen händelse."),
        widget=DateInput,
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Small enough to be taken in while one waits."""
        sent: UploadedFile[bytes] = self.cleaned_data["file"]
        if (sent.size or 0) > MOST_BYTES:
            raise ValidationError(_("Filen är för stor för sidan. Läs in den med kommandot."))
        return sent


@page(*WRITERS, methods=("GET", "POST"))
def listed(request: CareHttpRequest) -> HttpResponse:
    """What has come, and a file to take in."""
    form = DeliveryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        answer = run_once(
            request, form, "utilisation.import", lambda: _import(request, form), then=_after, done=_("Filen är inläst.")
        )
        if answer:
            return answer
    rows = queries.deliveries().filter(unit__provider=request.commission.unit.provider)
    rows = rows.annotate(waiting=Count("quarantine", filter=Q(quarantine__settled_by=None)))
    found = Paginator(rows, ON_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": tabs(request, "utilisation:list"),
        "form": form,
        "found": found,
        "covered": queries.covered(request.commission.unit),
        "may_import": queries.may_import(request.commission),
        "columns": COLUMNS,
        "demo": settings.NARVARD_DEMO,
    }
    return render(request, "utilisation/list.html", context, status=409 if form.errors else 200)


def _import(request: CareHttpRequest, form: DeliveryForm) -> object:
    told = form.cleaned_data
    return actions.import_utilisation(
        data=told["file"].read(),
        file_name=told["file"].name,
        unit=request.commission.unit,
        days=(told["since"], told["until"]),
        by=request.commission,
        at=request.at,
    ).pk


def _after(delivery: str) -> str:
    waits = Delivery.objects.filter(pk=delivery, quarantined__gt=0).exists()
    return reverse("utilisation:wrong", args=[delivery]) if waits else reverse("utilisation:list")


@page(*WRITERS)
def wrong(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """The rows of a file that could not be taken in: line and reason; as a file also what was sent, to be mended."""
    rows = queries.deliveries().filter(unit__provider=request.commission.unit.provider)
    delivery = rows.filter(pk=pk).first()
    if delivery is None or not queries.may_import(request.commission):
        raise Http404
    waiting = queries.quarantined(delivery)
    if "fil" in request.GET:
        return _file(request, delivery)
    lines = [
        (row.line, row.source, row.source_id, [REASONS[reason] for reason in row.reasons]) for row in waiting[:SHOWN]
    ]
    context = {"delivery": delivery, "lines": lines, "count": waiting.count(), "shown": SHOWN}
    return render(request, "utilisation/wrong.html", context)


def _file(request: CareHttpRequest, delivery: Delivery) -> HttpResponse:
    """The rows as they were sent, with the reasons; identities stand in it, so it is logged as an export."""
    rows = list(queries.quarantined(delivery))
    audit.write(
        "utilisation.export_wrong",
        by=request.commission,
        at=request.at,
        action=audit.Action.EXPORT,
        object_kind="utilisation",
        object_id=delivery.pk,
        reason=str(len(rows)),
    )
    return csv_attachment([[*COLUMNS, "reasons"], *map(_wrong, rows)], "fel.csv")


def _wrong(row: QuarantinedRow) -> list[str]:
    return [*(row.content.get(name, "") for name in COLUMNS), " ".join(str(REASONS[reason]) for reason in row.reasons)]
