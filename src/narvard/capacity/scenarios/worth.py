"""What a scenario costs, and how large the effect of care must be for it to pay: in words and tables."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from narvard.capacity.scenarios import sheets, words
from narvard.capacity.scenarios.definition import NAME
from narvard.capacity.scenarios.described import number
from narvard.capacity.scenarios.intervals import Triple, interval
from narvard.ui.figures import percentage
from narvard.ui.parts import Table


def costs(result: Mapping[str, Any]) -> Table:
    """Thousands of kronor a year by payer, with the prices that were given."""
    found, against, plain = result["costs"], result["against"], words.Indicator("")
    rows = []
    for key, three in found["difference"].items():
        both = [_thousands(found["by_model"][model].get(key, [None] * 3)) for model in (NAME, against)]
        difference = interval(_thousands(three), plain, signed=True)
        rows.append([sheets.payer(key), *(interval(one, plain) for one in both), difference])
    head = [_("Vem betalar"), words.model_name(NAME), words.model_name(against), _("Skillnad")]
    return Table(_("Kostnad, tusen kronor om året, med de priser som angetts"), head, rows, frozenset({1, 2, 3}))


def _thousands(three: Triple) -> Triple:
    return [None if value is None else value / 1000 for value in three]


def balance(result: Mapping[str, Any]) -> Table:
    """What follows from each size of the effect that was run."""
    plain = words.Indicator("")
    rows = [
        [
            _ratio(point["admission_ratio"]),
            interval(point["bed_days_saved"], plain, signed=True),
            interval(point["crew_hours_added"], plain, signed=True),
        ]
        for point in result["break_even"]["points"]
    ]
    head = [_("Sjukhusbehov hos inskrivna"), _("Sparade vårddygn om året"), _("Fler biltimmar om året")]
    return Table(_("Vad som följer av hur stor effekten är"), head, rows, frozenset({1, 2}))


def _ratio(value: float) -> str:
    return (
        _("som andras: ingen effekt") if value == 1 else _("%(fall)s färre än andras") % {"fall": percentage(1 - value)}
    )


def pays(found: Mapping[str, Any]) -> str:
    """The break-even effect in a sentence."""
    hours, ratio = number(found["hours_per_bed_day"]), found["admission_ratio"]
    if ratio is None:
        text = _("Om ett vårddygn är värt %(hours)s biltimmar lönar det sig inte hur stor effekten än är.")
    elif ratio == 1:
        text = _("Om ett vårddygn är värt %(hours)s biltimmar lönar det sig även utan effekt på sjukhusbehoven.")
    else:
        text = _(
            "Om ett vårddygn är värt %(hours)s biltimmar lönar det sig först när inskrivna har %(fall)s färre "
            "sjukhusbehov än andra."
        )
    return text % {"hours": hours, "fall": percentage(1 - (ratio or 0))}
