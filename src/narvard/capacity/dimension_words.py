"""Dimensioning in words: groups, norms, keys, formulas and faults. The command speaks English."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from narvard.capacity.dimension import DimensionError

Text = str | Promise

SCENARIOS: Mapping[str, Text] = {
    "seed001": _("Underlag 001: Umeå länsdel, 31 227 personer 65 år och äldre (återräknat, anges aldrig)"),
    "seed000": _("Underlag 000: hela området, 28 338 personer 65 år och äldre"),
    "norm": _("SCB 31 december 2021: de sex kommunerna, med alla invånare"),
    "sweden": _("SCB 31 december 2021: Sveriges 290 kommuner"),
}
GROUPS: Mapping[str, Text] = {
    "mest_sjuka": _("Mest sjuka"),
    "multisviktande": _("Multisviktande"),
    "sviktande": _("Sviktande (riskgrupper i underlag 001)"),
    "mobile_team": _("Behöver ett mobilt team"),
    "fixed_contact": _("Behöver en fast kontakt"),
}
SHARES: Mapping[str, Text] = {
    "mest_sjuka": _("Mest sjuka, andel av alla 65 år och äldre"),
    "multisviktande": _("Multisviktande, andel av alla 65 år och äldre"),
    "sviktande": _("Sviktande, andel av alla 65 år och äldre"),
    "mobile_team.multisviktande": _("Multisviktande som behöver ett mobilt team, andel"),
    "fixed_contact": _("Behöver en fast kontakt, andel av alla 65 år och äldre"),
}
SHARE_SOURCES: Mapping[str, Text] = {
    "mest_sjuka": _("underlag 000 och 001; lägst: underlag 000:s 0,2 % av alla invånare, omkring 325 av 28 338"),
    "multisviktande": _("underlag 000: 15 % minus 5 %; intervallet är vårt antagande"),
    "sviktande": _("underlag 000: 25 % minus 15 %; intervallet är vårt antagande"),
    "mobile_team.multisviktande": _("underlag 001: ungefär hälften; intervallet är vårt antagande"),
    "fixed_contact": _("underlag 001: 5 % periodvis sviktande utan hemsjukvård och 10 % i riskgrupper"),
}
# Name, formula and source of each norm, funding key and estimate.
NORMS: Mapping[str, tuple[Text, Text, Text]] = {
    "hospital_teams": (
        _("Sjukhuskopplade team (en läkare, två sjuksköterskor)"),
        _("mest sjuka / 90 per år"),
        _("underlag 000"),
    ),
    "home_care_physicians": (
        _("Hemsjukvårdsläkare"),
        _("(behöver mobilt team − mest sjuka) / 250"),
        _("underlag 000: omkring 250 patienter var"),
    ),
    "nsvt_teams": (_("Närsjukvårdsteam"), _("invånare / 100 000"), _("underlag 002 och 004")),
    "hsvt_physicians": (
        _("Läkare i hemsjukvårdsteam"),
        _("invånare × 3,5 / 100 000"),
        _("underlag 004: så fördelas pengarna"),
    ),
}
KINDS: Mapping[str, Text] = {
    "norm": pgettext_lazy("dimensionering", "norm"),
    "key": pgettext_lazy("dimensionering", "fördelningsnyckel"),
    "stated": pgettext_lazy("dimensionering", "står i källan"),
    "estimate": pgettext_lazy("dimensionering", "uppskattning"),
    "assumption": pgettext_lazy("dimensionering", "eget antagande"),
}
# Label and source of each key.
KEYS: Mapping[str, tuple[Text, Text]] = {
    "hospital_patients_a_year": (_("Patienter per sjukhuskopplat team och år"), _("underlag 000")),
    "hospital_active": (_("Aktiva patienter per sjukhuskopplat team"), _("underlag 000: 20–25 varje månad")),
    "hospital_gap_days": (_("Dygn mellan besök, mest sjuka"), _("den gemensamma modellen; ingen källa anger det")),
    "primary_gap_days": (_("Dygn mellan besök, övriga"), _("den gemensamma modellen; ingen källa anger det")),
    "visit_minutes": (_("Minuter per besök"), _("underlag 003: SPOT 45–60 minuter")),
    "shift_minutes": (_("Minuter ute per pass"), _("åtta timmar minus lunch")),
    "most_visits_a_day": (_("Besök per bil och dag, högst"), _("underlag 003: SU 4–6 besök per team och dag")),
    "posts_per_car": (_("Tjänster per vardagsbil"), _("frånvaro; ingen källa anger det")),
    "base_minutes": (_("Minuter till närmaste bas, högst"), _("en kommun längre bort får en egen")),
    "road_detour": (_("Kilometer väg per kilometer fågelväg"), _("systemets uppskattning av väg")),
    "town_km": (_("Kilometer i stad"), _("där SCB inte har någon tätort för kommunen")),
}
# Label and formula of each line of the reckoning.
FORMULAS: Mapping[str, tuple[Text, Text]] = {
    "hospital_teams": (_("Sjukhuskopplade team"), _("mest sjuka / 90")),
    "hospital_active": (_("Aktiva hos dem"), _("team × 22,5")),
    "primary_active": (_("Aktiva hos övriga team"), _("behöver mobilt team − mest sjuka")),
    "visits_per_weekday": (
        _("Besök per vardag"),
        _("(aktiva hos sjukhuskopplade / 6 + aktiva hos övriga / 21) × 7 / 5"),
    ),
    "road_minutes": (
        _("Minuter väg per besök"),
        _("medel över personerna av 2 + 60 × (högst 3 km / 30 + nästa 4 km / 50 + resten / 84)"),
    ),
    "visits_per_car": (_("Besök per bil och dag"), _("det minsta av 6 och 450 / (50 + minuter väg)")),
    "cars": (_("Bilar"), _("besök per vardag / besök per bil")),
    "nurses": (_("Sjuksköterskor, tjänster"), _("bilar × 1,2")),
    "hospital_physicians": (_("Läkare i sjukhuskopplade team"), _("ett per team")),
    "home_care_physicians": (_("Hemsjukvårdsläkare"), _("aktiva hos övriga team / 250")),
    "bases": (_("Baser"), _("en, och en till för varje kommun längre bort än 30 minuter från dem som finns")),
}
FAULTS: Mapping[str, Text] = {
    "share_value": _("Varje andel ska ligga mellan 0 och 1."),
    "share_sum": _("Andelarna mest sjuka, multisviktande och sviktande blir tillsammans mer än 1."),
    "column_missing": _("%(where)s: kolumnen %(name)s saknas."),
    "column_strange": _("%(where)s: kolumnen %(name)s finns inte."),
    "too_many": _("%(where)s: %(n)s rader, men Sverige har 290 kommuner."),
    "twice": _("%(where)s: en kommun står två gånger."),
    "none": _("%(where)s: det står ingen kommun."),
    "code": _("%(where)s: kommunkoden %(code)s är inte fyra siffror."),
    "aged": _("%(where)s: fler är 65 år eller äldre än vad som bor i kommunen."),
    "number": _("%(where)s: %(text)s är inget tal."),
    "persons": _("%(where)s: %(text)s personer kan inte stämma."),
}


def fault(error: DimensionError) -> str:
    """A fault in words; one that no page can meet stands as the command says it."""
    return str(FAULTS[error.key]) % error.values if error.key in FAULTS else str(error)
