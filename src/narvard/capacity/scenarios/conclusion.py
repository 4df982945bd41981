"""The result in a few sentences that admit doubt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.capacity.scenarios import packaged
from narvard.capacity.scenarios.definition import Definition
from narvard.capacity.scenarios.words import Text
from narvard.ui.figures import figure, percentage


@dataclass(frozen=True, slots=True)
class _Says:
    """The sentences of an indicator: when it falls, when it rises, and when its interval holds zero."""

    name: str
    scale: float
    decimals: int
    falls: Text
    rises: Text
    unknown: Text


_SAYS = (
    _Says(
        "wait_median_h", 1, 1,
        _("Väntan på besök blir %(n)s timmar kortare i median (%(low)s till %(high)s)."),
        _("Väntan på besök blir %(n)s timmar längre i median (%(low)s till %(high)s)."),
        _("Om väntan på besök ändras går inte att säga (%(low)s till %(high)s timmar i median)."),
    ),
    _Says(
        "next_weekday_share", 100, 1,
        _("%(n)s procentenheter färre av alla begäran får besök senast nästa vardag (%(low)s till %(high)s)."),
        _("%(n)s procentenheter fler av alla begäran får besök senast nästa vardag (%(low)s till %(high)s)."),
        _("Om fler får besök senast nästa vardag går inte att säga (%(low)s till %(high)s procentenheter)."),
    ),
    _Says(
        "bed_days", 1, 0,
        _("Vårddygnen på sjukhus blir %(n)s färre om året (%(low)s till %(high)s)."),
        _("Vårddygnen på sjukhus blir %(n)s fler om året (%(low)s till %(high)s)."),
        _("Om vårddygnen på sjukhus ändras går inte att säga (%(low)s till %(high)s om året)."),
    ),
    _Says(
        "emergency_visits", 1, 0,
        _("Besöken på akutmottagning blir %(n)s färre om året (%(low)s till %(high)s)."),
        _("Besöken på akutmottagning blir %(n)s fler om året (%(low)s till %(high)s)."),
        _("Om besöken på akutmottagning ändras går inte att säga (%(low)s till %(high)s om året)."),
    ),
)  # fmt: skip


def headline(definition: Definition, result: Mapping[str, Any]) -> str:
    """The first sentence alone, for lists."""
    return conclusion(definition, result)[0]


def conclusion(definition: Definition, result: Mapping[str, Any]) -> list[str]:
    """What the differences say, and why they are no promise."""
    none = definition.assumptions.get(
        "effect.none_probability", packaged.assumptions()["effect.none_probability"]["value"]
    )
    return [
        *(_sentence(each, result["indicators"][each.name]["difference"]) for each in _SAYS),
        gettext("I %(share)s av körningarna blev vårddygnen färre: så olika kan ett enskilt år bli.")
        % {"share": percentage(result["indicators"]["bed_days"]["falls"])},
        gettext(
            "Det följer av antagandena och är ingen mätning. I %(share)s av körningarna ändrar vården inte alls vilka "
            "som behöver sjukhus."
        )
        % {"share": percentage(none)},
    ]


def _sentence(says: _Says, three: list[float | None]) -> str:
    mean, low, high = three
    if mean is None or low is None or high is None:
        return str(says.unknown) % {"low": figure(None), "high": figure(None)}
    values = [says.scale * value for value in (mean, low, high)]
    if low <= 0 <= high:
        ends = {"low": figure(values[1], says.decimals), "high": figure(values[2], says.decimals)}
        return str(says.unknown) % ends
    text = says.rises if mean > 0 else says.falls
    ends_away = sorted(map(abs, values[1:]))
    return str(text) % {
        "n": figure(abs(values[0]), says.decimals),
        "low": figure(ends_away[0], says.decimals),
        "high": figure(ends_away[1], says.decimals),
    }
