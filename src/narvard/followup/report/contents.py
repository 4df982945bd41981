"""What stands in a month's report: the five perspectives in words, each figure with its doubt. Swedish."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from narvard.capacity.overview import scenario_source
from narvard.followup.definitions import Definition, Perspective, definitions, said
from narvard.followup.indicators import queries, words
from narvard.followup.indicators.models import KeptFigure, Snapshot
from narvard.followup.indicators.queries import Choice
from narvard.followup.questionnaires.results import Line, Results, latest
from narvard.followup.registration.queries import Gap, gaps_by_unit
from narvard.organisation.models import CareProvider, Municipality
from narvard.ui.figures import figure, percentage

PERSPECTIVES: dict[Perspective, tuple[Any, Any]] = {
    Perspective.PATIENT: (
        gettext_lazy("Patienten"),
        gettext_lazy("Når vi dem som behöver oss, i tid och med samma ansikten?"),
    ),
    Perspective.STAFF: (
        gettext_lazy("Medarbetarna"),
        gettext_lazy("Hur mycket möter varje patient, och registreras det som görs?"),
    ),
    Perspective.EFFECT: (gettext_lazy("Effekten"), gettext_lazy("Hur mycket sjukhusvård hade de inskrivna?")),
    Perspective.COLLABORATION: (
        gettext_lazy("Samverkan"),
        gettext_lazy("Lämnar vi över så att någon tar emot, och gör vi saker tillsammans?"),
    ),
    Perspective.LEADERSHIP: (gettext_lazy("Ledningen"), gettext_lazy("Är vården lika nära i hela området?")),
}
UNCONTROLLED = gettext_lazy(
    "Siffrorna är okontrollerade. De säger hur mycket vård de inskrivna hade, inte vad den mobila vården åstadkom: "
    "den som skrivs in när det är som sämst blir i genomsnitt bättre av sig själv."
)


def gather(snapshot: Snapshot, at: datetime) -> dict[str, Any]:
    """The report's content as plain values; Swedish, whoever has it made."""
    with translation.override("sv"):
        return _gathered(snapshot, at)


def _gathered(snapshot: Snapshot, at: datetime) -> dict[str, Any]:
    area, everybody = snapshot.care_area, Choice()
    rows = queries.figures_of(snapshot, everybody)
    trends = queries.trends(area, snapshot.named, everybody)
    places = dict(Municipality.objects.filter(care_area=area).values_list("code", "name"))
    by_place = queries.by_municipality(snapshot, everybody)
    lines = {
        row.id: _line(row, rows.get(row.id), trends.get(row.id, []), by_place.get(row.id, {}), places)
        for row in definitions()
    }
    surveys = _surveys(area, snapshot, at)
    parts = [_part(perspective, lines) | {"surveys": surveys.get(perspective, [])} for perspective in PERSPECTIVES]
    return {
        "area": area,
        "month": date_format(snapshot.named, "F Y"),
        "reckoned": date_format(timezone.localtime(snapshot.reckoned_at), "j F Y H:i"),
        "made": date_format(timezone.localtime(at), "j F Y"),
        "scenario": scenario_source(snapshot.scenario),
        "places": list(places.values()),
        "summary": _summary(lines),
        "parts": parts,
        "gaps": _gaps(area, snapshot),
        "uncontrolled": str(UNCONTROLLED),
    }


def _line(
    definition: Definition,
    row: KeptFigure | None,
    trend: Sequence[tuple[date, KeptFigure | None]],
    by_place: dict[str, KeptFigure],
    places: dict[str, str],
) -> dict[str, Any]:
    known = row is not None and row.value is not None
    return {
        "id": definition.id,
        "perspective": definition.perspective.value,
        "name": definition.label,
        "value": words.told(definition, row),
        "known": known,
        "interval": words.interval_words(definition, row),
        "among": words.among(definition, row),
        "moved": words.moved(definition, trend),
        "change": words.change(definition, trend),
        "mind": said(definition.mind),
        "number": row.value if row else None,
        "low": row.low if row else None,
        "high": row.high if row else None,
        "trend": [_point(month, each) for month, each in trend],
        "places": [_place(definition, name, by_place.get(code)) for code, name in places.items()],
    }


def _point(month: date, row: KeptFigure | None) -> dict[str, Any]:
    return {"month": date_format(month, "M"), "value": row.value if row else None}


def _place(definition: Definition, name: str, row: KeptFigure | None) -> dict[str, Any]:
    outside = int((row.funnel or {}).get("outside", 0)) if row else 0
    return {
        "name": name,
        "value": words.told(definition, row) if row and row.value is not None else "–",
        "number": row.value if row else None,
        "outside": outside,
    }


def _part(perspective: Perspective, lines: dict[str, dict[str, Any]]) -> dict[str, Any]:
    title, question = PERSPECTIVES[perspective]
    mine = [line for line in lines.values() if line["perspective"] == perspective.value]
    return {"key": perspective.value, "title": str(title), "question": str(question), "lines": mine}


def _summary(lines: dict[str, dict[str, Any]]) -> list[str]:
    """What a reader of one page must know: need met, what changed beyond chance, who stands out, what is unknown."""
    found = []
    coverage = lines["coverage"]
    if coverage["known"]:
        found.append(
            _("%(value)s av dem som behöver mobil vård var inskrivna (%(among)s).")
            % {"value": coverage["value"].capitalize(), "among": coverage["among"]}
        )
    for start, text in (
        ("better", _("Bättre än månaden före: %(names)s.")),
        ("worse", _("Sämre än månaden före: %(names)s.")),
    ):
        names = [line["name"].lower() for line in lines.values() if line["change"] == start]
        if names:
            found.append(text % {"names": _listed(names)})
    apart = [
        f"{line['name'].lower()} ({_listed([place['name'] for place in line['places'] if place['outside']])})"
        for line in lines.values()
        if any(place["outside"] for place in line["places"])
    ]
    if apart:
        found.append(_("Kommuner som skiljer sig mer än slumpen ger: %(names)s.") % {"names": _listed(apart)})
    unknown = sum(not line["known"] for line in lines.values())
    if unknown:
        said_unknown = ngettext(
            "%(n)s indikator saknar underlag eller bygger på för få.",
            "%(n)s indikatorer saknar underlag eller bygger på för få.",
            unknown,
        )
        found.append(said_unknown % {"n": unknown})
    return found


def _listed(names: Sequence[str]) -> str:
    """ "A, B och C"."""
    if len(names) == 1:
        return names[0]
    return _("%(first)s och %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def _gaps(area: str, snapshot: Snapshot) -> list[dict[str, Any]]:
    """What registration lacked in the month, summed over the units."""
    counts = gaps_by_unit(area, snapshot.start, snapshot.end)
    return [{"name": str(gap.label), "count": sum(row.counts.get(gap, 0) for row in counts)} for gap in Gap]


def _surveys(area: str, snapshot: Snapshot, at: datetime) -> dict[Perspective, list[dict[str, Any]]]:
    """What the area's care providers were answered in rounds that closed since the month began."""
    found: dict[Perspective, list[dict[str, Any]]] = {}
    for provider in CareProvider.objects.filter(units__care_area=area).distinct().order_by("sort_key"):
        for key, result in latest(provider, at, since=snapshot.start).items():
            perspective = Perspective.STAFF if key == "staff" else Perspective.PATIENT
            if not result.hidden:
                found.setdefault(perspective, []).append(_survey(provider, result))
    return found


def _survey(provider: CareProvider, result: Results) -> dict[str, Any]:
    about = _("%(answered)s svar av %(asked)s, %(rate)s. Andel som svarade ofta eller alltid.") % {
        "answered": figure(result.answered), "asked": figure(result.asked), "rate": percentage(result.rate),
    }  # fmt: skip
    if result.synthetic:
        about = _("Påhittade svar. %(about)s") % {"about": about}
    title = f"{said(result.questionnaire.name)}, {provider.name}"
    return {"title": title, "about": about, "questions": [_asked(line) for line in result.lines]}


def _asked(line: Line) -> dict[str, Any]:
    known = line.share is not None
    ends = {"low": percentage(line.low), "high": percentage(line.high), "n": figure(line.valid)}
    return {
        "text": said(line.question.text),
        "known": known,
        "value": percentage(line.share) if known else _("för få att visa"),
        "basis": _("Troligen mellan %(low)s och %(high)s, %(n)s giltiga svar") % ends if known else "",
    }
