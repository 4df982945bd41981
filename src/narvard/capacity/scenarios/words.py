"""The twin's names in words: indicators, assumptions, segments, professions. The twin itself speaks English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from narvard.ui.figures import figure

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Indicator:
    """How a figure is shown: `share` in per cent, `main` among the first."""

    label: Text
    unit: Text = ""
    decimals: int = 0
    share: bool = False
    main: bool = False


_HOURS, _DAYS, _YEAR = _("timmar"), _("dygn"), _("om året")
WAITING: Mapping[str, Indicator] = {
    "wait_median_h": Indicator(_("Väntan på besök, median"), _HOURS, 1, main=True),
    "wait_p90_h": Indicator(_("Väntan på besök, nio av tio"), _HOURS, 1, main=True),
    "next_weekday_share": Indicator(_("Besök senast nästa vardag"), share=True, main=True),
    "visited_share": Indicator(_("Begäran som fick besök"), share=True, main=True),
    "no_team_share": Indicator(_("Begäran som inget team tog"), share=True),
    "handover_mean_h": Indicator(_("Överlämning mellan team, medel"), _HOURS, 0),
    "waiting_room_end": Indicator(_("Väntar på plats när året är slut"), _("personer")),
}
WORK: Mapping[str, Indicator] = {
    "visits": Indicator(_("Besök"), _YEAR),
    "acute_visits": Indicator(_("Akuta besök"), _YEAR),
    "planned_visits": Indicator(_("Planerade besök"), _YEAR),
    "visits_per_shift": Indicator(_("Besök per pass"), "", 1, main=True),
    "travel_min_per_shift": Indicator(_("Restid per pass"), _("minuter"), 0, main=True),
    "km": Indicator(_("Körda kilometer"), _YEAR),
    "staffed_hours": Indicator(_("Bemannade biltimmar"), _YEAR),
    "overtime_hours": Indicator(_("Övertid, biltimmar"), _YEAR),
    "utilisation": Indicator(_("Beläggning"), share=True, main=True),
}
HOSPITAL: Mapping[str, Indicator] = {
    "emergency_visits": Indicator(_("Besök på akutmottagning"), _YEAR, main=True),
    "ambulances": Indicator(_("Ambulansuppdrag"), _YEAR),
    "admissions": Indicator(_("Inläggningar"), _YEAR),
    "bed_days": Indicator(_("Vårddygn på sjukhus"), _YEAR, main=True),
    "readmission_30d_share": Indicator(_("Återinlagda inom 30 dagar"), share=True),
}
EQUITY: Mapping[str, Indicator] = {
    "coverage": Indicator(_("Täckningsgrad"), share=True, main=True),
    "visited_lowest_to_highest": Indicator(_("Lägsta kommunens andel besökta mot den högsta"), "", 2),
    "visited_share_per_10_min": Indicator(_("Andel besökta per tio minuter längre väg"), share=True, decimals=1),
}
RATE_RATIO = _("Besökta mot hela områdets")
GROUPS: tuple[tuple[Text, Mapping[str, Indicator]], ...] = (
    (_("Väntan"), WAITING),
    (_("Besök och resor"), WORK),
    (_("Sjukhus"), HOSPITAL),
    (_("Täckning och jämlikhet"), EQUITY),
)
INDICATORS: Mapping[str, Indicator] = {**WAITING, **WORK, **HOSPITAL, **EQUITY}

MODELS: Mapping[str, Text] = {
    "scenario": _("Scenariot"),
    "today": _("I dag"),
    "joint": _("Gemensamt"),
    "joint-2023": _("Gemensamt, två sätt (2023)"),
    "joint-norm": _("Gemensamt, bemannat efter behovet"),
    "norm-apart": _("Efter behovet, varje team för sig"),
    "norm": _("Efter behovet, ett gemensamt intag"),
}
MODEL_SAYS: Mapping[str, Text] = {
    "today": _("Sex team med var sin ingång, egna kriterier och egna tider."),
    "joint": _("Två slags team och ett gemensamt intag, med dagens biltimmar."),
    "joint-2023": _("Sjukhusets specialister ut till kranskommunerna, hembesöksläkare i Umeå, ett gemensamt intag."),
    "joint-norm": _("Så många team som rapporternas tal ger: tre gånger dagens biltimmar."),
    "norm-apart": _(
        "Så många team som underlag 000:s tal ger för behovet i varje kommun, vart och ett med sin egen ingång."
    ),
    "norm": _("Samma team, med ett gemensamt intag."),
}

_PACKAGED = _(
    "Underlag 001: 3 123 personer i behov av ett mobilt team, efter kommun (204, 70, 156, 187, 195, 2 311), hälften av "
    "dem mest sjuka. Tätorter: SCB 2020. Dygnets och veckans form är vårt antagande."
)
_MADE = _(
    "SCB:s befolkning den 31 december 2021 gånger underlag 001:s andelar: %(n)s personer i behov av ett mobilt team. "
    "Hur många som är 65 år eller äldre är vår uppskattning ur dem som är 75 eller äldre, ungefär ±10 procent. "
    "Tätorter: SCB 2020. Dygnets och veckans form är vårt antagande."
)
SEGMENTS: Mapping[str, Text] = {"mest_sjuka": _("mest sjuka"), "multisviktande": _("multisviktande")}
CONDITIONS: Mapping[str, Text] = {
    "medical": _("medicinskt"),
    "palliative": _("palliativt"),
    "rehabilitation": _("rehabilitering"),
    "cognitive": _("kognitivt"),
}
CHANNELS: Mapping[str, Text] = {
    "ward": _("vårdavdelning"),
    "health_centre": _("hälsocentral"),
    "regional_nurse": _("sjuksköterska i regionen"),
    "municipal_nurse": _("kommunal sjuksköterska"),
    "social": _("omsorgen"),
    "ambulance": _("ambulans"),
    "alarm_centre": _("vårdlarmcentral"),
    "sos": _("SOS Alarm"),
    "1177": "1177",
    "team": _("annat team"),
    "patient": _("patienten själv"),
    "return": _("tidigare patient"),
}
PROFESSIONS: Mapping[str, Text] = {
    "nurse": _("Sjuksköterska"),
    "physician": _("Läkare"),
    "assistant_nurse": _("Undersköterska"),
    "physiotherapist": _("Fysioterapeut"),
    "occupational_therapist": _("Arbetsterapeut"),
    "counsellor": _("Kurator"),
    "paramedic": _("Ambulanssjukvårdare"),
}
PRICED: tuple[str, ...] = (
    *(f"{profession}_hours" for profession in PROFESSIONS), "km",
    "region.ambulances", "region.emergency_visits", "region.bed_days",
    "patient.visits", "patient.emergency_visits", "patient.bed_days",
)  # fmt: skip
"""What can be given a price: hours and km alike for region and municipalities, hospital care for the region, fees."""
DAYS: Mapping[str, Text] = {
    "weekday": _("vardagar"),
    "weekday,saturday,sunday": _("alla dagar"),
    "saturday,sunday": _("lördagar, söndagar och helgdagar"),
    "weekday,saturday": _("vardagar och lördagar"),
    "saturday": _("lördagar"),
    "sunday": _("söndagar och helgdagar"),
}
KINDS: Mapping[str, Text] = {
    "stated": pgettext_lazy("antagande", "står i källan"),
    "derived": pgettext_lazy("antagande", "härlett"),
    "assumption": pgettext_lazy("antagande", "eget antagande"),
    "edited": pgettext_lazy("antagande", "ändrat här"),
}


def population(people: Mapping[str, Any]) -> str:
    """Where the persons in need come from; an empty population is the packaged one."""
    if not people:
        return str(_PACKAGED)
    need = sum(sum(area["need"].values()) for area in people["areas"])
    return str(_MADE) % {"n": figure(need)}


def employer(key: str, municipalities: Mapping[str, str]) -> str:
    """Who employs and pays: ``region`` or ``municipality 2480``."""
    head, _space, code = key.partition(" ")
    if head == "municipality":
        return gettext("%(name)s kommun") % {"name": municipalities.get(code, code)}
    return {"region": gettext("Regionen"), "patient": gettext("Patienterna (avgifter)")}.get(key, key)


def model_name(name: str) -> str:
    """A model in words."""
    return str(MODELS.get(name, name))
