"""What in a result should make one doubt it, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from narvard.capacity.scenarios import assumption_words, packaged
from narvard.capacity.scenarios.definition import NAME, Definition
from narvard.capacity.scenarios.described import number
from narvard.ui.figures import percentage

FEWEST_REPLICATIONS = 20
CROWDED = 0.85
"""Above this share of busy time queues grow fast: waiting is then ruled by small differences."""


def warnings(definition: Definition, result: Mapping[str, Any]) -> list[str]:
    """Each warning is one sentence with what to do about it."""
    found = [
        *(text for name, limit in packaged.limits().items() for text in _falls(result, name, limit["most_fall"])),
        *_runs(result),
        *_outside(definition),
    ]
    busy = result["indicators"]["utilisation"][NAME][0]
    if busy is not None and busy > CROWDED:
        found.append(
            _("Bilarna är upptagna %(share)s av tiden. Så nära taket blir väntan mycket osäker.")
            % {"share": percentage(busy)}
        )
    return found


def _falls(result: Mapping[str, Any], name: str, most: float) -> list[str]:
    before, after = (result["indicators"][name][model][0] for model in (result["against"], NAME))
    if not before or after is None or 1 - after / before <= most:
        return []
    what = {
        "readmission_30d_share": _("Återinläggningarna"),
        "admissions": _("Inläggningarna"),
        "emergency_visits": _("Besöken på akutmottagning"),
    }[name]
    text = _("%(what)s sjunker med %(fall)s, mer än kontrollerade studier har sett (%(most)s). Se över antagandena.")
    return [text % {"what": what, "fall": percentage(1 - after / before), "most": percentage(most)}]


def _runs(result: Mapping[str, Any]) -> list[str]:
    if result["replications"] >= FEWEST_REPLICATIONS:
        return []
    return [_("Bara %(n)s körningar: intervallen är osäkra. Kör minst 20.") % {"n": result["replications"]}]


def _outside(definition: Definition) -> list[str]:
    rows, text = (
        packaged.assumptions(),
        _("%(what)s är satt till %(value)s, utanför intervallet %(low)s till %(high)s."),
    )
    spans = {name: rows[name].get("range", [rows[name]["value"]] * 2) for name in definition.assumptions}
    return [
        text
        % {
            "what": assumption_words.label(name),
            "value": number(value),
            "low": number(spans[name][0]),
            "high": number(spans[name][1]),
        }
        for name, value in definition.assumptions.items()
        if spans[name][0] < spans[name][1] and not spans[name][0] <= value <= spans[name][1]
    ]
