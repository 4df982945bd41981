"""`{% load ui %}`: the parts of a page as template tags. See docs/ui.md."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from narvard.ui import maps, spoken
from narvard.ui.charts import Chart, Day
from narvard.ui.figures import figure
from narvard.ui.maps import Map
from narvard.ui.notices import UNDO
from narvard.ui.parts import STATES, Entry, Holder, Phone, Progress, Tab, Table

register = template.Library()

THEME_COOKIE = "narvard_theme"


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The theme the reader chose in this browser, light or dark; empty follows the device."""
    request = context.get("request")
    chosen = request.COOKIES.get(THEME_COOKIE, "") if request is not None else ""
    return chosen if chosen in ("light", "dark") else ""


@register.inclusion_tag("ui/parts/state.html")
def state(kind: str, text: str = "") -> dict[str, str]:
    """A badge with shape, colour and word. `kind` is one of `parts.STATES`; text defaults to its name."""
    if kind not in STATES:
        raise ValueError(f"unknown state {kind!r}, expected one of {', '.join(STATES)}")
    return {"kind": kind, "text": text or _state_name(kind)}


@register.inclusion_tag("ui/parts/spoken.html", takes_context=True)
def say(context: Context, at: datetime | date | None, now: datetime | None = None) -> dict[str, Any]:
    """A moment in words, exact on hover and in print. None is shown as unknown."""
    return {"said": None if at is None else spoken.speak(at, _now(context, now))}


@register.inclusion_tag("ui/parts/spoken.html", takes_context=True)
def say_span(context: Context, start: datetime, end: datetime, now: datetime | None = None) -> dict[str, Any]:
    """A period in words, exact on hover and in print."""
    return {"said": spoken.speak_span(start, end, _now(context, now))}


@register.inclusion_tag("ui/parts/due.html", takes_context=True)
def due(context: Context, at: datetime, warn_minutes: int = 60, now: datetime | None = None) -> dict[str, Any]:
    """A clock that runs out: waiting, nearly late within `warn_minutes`, late."""
    return {"due": spoken.due(at, _now(context, now), timedelta(minutes=warn_minutes))}


@register.filter
def duration(value: timedelta | int | None) -> str:
    """A length of time in words, from a timedelta or whole minutes."""
    if value is None:
        return _("okänt")
    return spoken.how_long(value if isinstance(value, timedelta) else timedelta(minutes=value))


@register.inclusion_tag("ui/parts/call.html")
def phone(phone: Phone | None = None, number: str = "", label: str = "") -> dict[str, Any]:
    """A button that calls: `{% phone item %}` or `{% phone number="090-785 00 00" label=... %}`."""
    chosen = phone or Phone(label or _("Ring"), number)
    return {"phone": chosen, "dial": dialable(chosen.number)}


@register.filter
def dialable(number: str) -> str:
    """The number as a `tel:` link wants it: digits and a leading plus, nothing else."""
    return re.sub(r"(?!^\+)\D", "", number.strip())


@register.inclusion_tag("ui/parts/responsibility.html", takes_context=True)
def responsibility(context: Context, holders: Sequence[Holder], title: str = "") -> dict[str, Any]:
    """The card *Vem ansvarar nu*: the main holders by kind, the scoped ones beside them."""
    main = [holder for holder in holders if not holder.scoped]
    scoped = [holder for holder in holders if holder.scoped]
    return {**_time_context(context), "title": title or _("Vem ansvarar nu"), "main": main, "scoped": scoped}


@register.inclusion_tag("ui/parts/timeline.html", takes_context=True)
def timeline(context: Context, entries: Sequence[Entry]) -> dict[str, Any]:
    """What happened, in the order given."""
    return {**_time_context(context), "entries": entries}


@register.inclusion_tag("ui/parts/empty.html")
def empty(title: str, text: str = "", url: str = "", link: str = "") -> dict[str, str]:
    """An empty list said in words, with one thing to do next."""
    return {"title": title, "text": text, "url": url, "link": link}


@register.inclusion_tag("ui/parts/pages.html", takes_context=True)
def pages(context: Context, page: Page[Any], parameter: str = "page") -> dict[str, Any]:
    """Previous, next and where one is; the other parts of the query string stay."""
    query = context["request"].GET.copy()
    query.pop(parameter, None)
    rest = query.urlencode()
    return {"page": page, "prefix": f"?{rest}&{parameter}=" if rest else f"?{parameter}="}


@register.inclusion_tag("ui/parts/tabs.html")
def tabs(items: Sequence[Tab], label: str) -> dict[str, Any]:
    """Tabs that are links; `label` names the group to those who hear the page."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/parts/stat.html")
def stat(
    label: str,
    value: object,
    unit: str = "",
    note: str = "",
    definition_url: str = "",
    interval: str = "",
    estimate: bool = False,
) -> dict[str, Any]:
    """One figure with its unit, interval and a link to its definition; estimates say so."""
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "note": note,
        "definition_url": definition_url,
        "interval": interval,
        "estimate": estimate,
    }


@register.inclusion_tag("ui/parts/progress.html")
def progress(run: Progress) -> dict[str, Progress]:
    """How a background run stands; asks again by itself while it runs."""
    return {"run": run}


@register.inclusion_tag("ui/parts/table.html")
def table(table: Table) -> dict[str, Table]:
    """A plain table from a `parts.Table`."""
    return {"table": table}


@register.inclusion_tag("ui/parts/chart.html")
def chart(chart: Chart) -> dict[str, Chart]:
    """A picture with its sentence, source, date and the table behind it."""
    return {"chart": chart}


@register.inclusion_tag("ui/parts/day.html")
def day(day: Day) -> dict[str, Day]:
    """The day's timeline, one lane per crew, and the table behind it."""
    return {"day": day}


@register.inclusion_tag("ui/parts/map.html")
def map_of(map: Map) -> dict[str, Any]:
    """A map and the table behind it; the page includes `ui/parts/map_files.html` in its head."""
    return {
        "map": map,
        "data": map.data(),
        "data_id": f"{map.key}-data",
        "background": maps.background(),
        "credit": maps.CREDIT,
    }


@register.inclusion_tag("ui/parts/copy.html")
def copy(target: str, label: str = "") -> dict[str, str]:
    """A button that copies the text of the element with the id `target`."""
    return {"target": target, "label": label or _("Kopiera")}


@register.inclusion_tag("ui/parts/notice.html")
def notice(kind: str, title: str, text: str = "") -> dict[str, str]:
    """A message in the page: kind is late, nearly, waiting, done or neutral."""
    return {**state(kind, title), "title": title, "body": text}


@register.inclusion_tag("ui/parts/consequence.html")
def consequence(sentences: Sequence[str] | str, title: str = "") -> dict[str, Any]:
    """What will happen and to whom, said before the click."""
    said = [sentences] if isinstance(sentences, str) else sentences
    return {"sentences": said, "title": title or _("Det här händer")}


@register.inclusion_tag("ui/parts/criterion.html")
def criterion(outcome: str, text: str, because: str = "") -> dict[str, str]:
    """One line of why a team may fit, inside `<ul class="criteria">`: outcome is met, unmet or unknown."""
    words = {"met": _("uppfyllt"), "unmet": _("ej uppfyllt"), "unknown": _("okänt")}
    if outcome not in words:
        raise ValueError(f"unknown outcome {outcome!r}, expected one of {', '.join(words)}")
    return {"outcome": outcome, "word": words[outcome], "text": text, "because": because}


@register.inclusion_tag("ui/parts/handover_bar.html", takes_context=True)
def handover_bar(
    context: Context,
    giver: object,
    receiver: object,
    starts_at: datetime | None = None,
    accepted_at: datetime | None = None,
    declined: bool = False,
) -> dict[str, Any]:
    """Who is responsible until and from when: the giver until the receiver has accepted."""
    return {
        **_time_context(context),
        "giver": giver,
        "receiver": receiver,
        "starts_at": starts_at,
        "accepted_at": accepted_at,
        "declined": declined,
    }


@register.inclusion_tag("ui/parts/icon.html")
def icon(name: str) -> dict[str, str]:
    """A small drawn sign, hidden from those who hear the page; the word beside it carries the meaning."""
    return {"name": name}


@register.simple_tag
def input_id(field: BoundField) -> str:
    """The id of the first control of a field: where a link in the error summary should land."""
    if not field.use_fieldset:
        return field.id_for_label
    parts = list(field.subwidgets)
    return parts[0].id_for_label if parts else field.auto_id


@register.filter
def undo_url(extra_tags: str) -> str:
    """Where to take an act back, from a message made by `notices.tell`; empty when there is no way."""
    return extra_tags.removeprefix(UNDO) if extra_tags.startswith(UNDO) else ""


@register.filter
def number(value: float | int | None, decimals: int = 0) -> SafeString:
    """A number as the language writes it; None is unknown. See :func:`narvard.ui.figures.figure`."""
    text = figure(value, decimals)
    return format_html('<span class="unknown">{}</span>' if value is None else "{}", text)


def _state_name(kind: str) -> str:
    names = {
        "late": _("Försenad"),
        "nearly": _("Snart försenad"),
        "waiting": _("Väntar"),
        "done": _("Klar"),
        "neutral": _("Uppgift"),
    }
    return names[kind]


def _time_context(context: Context) -> dict[str, Any]:
    """What a nested part needs to speak time."""
    return {"now": _now(context, None)}


def _now(context: Context, given: datetime | None) -> datetime:
    """The instant the page shows: given, or `now` in the context. There is no clock here."""
    now: datetime | None = given or context.get("now")
    if now is None:
        raise ValueError("put `now` in the template context to speak time")
    return now
