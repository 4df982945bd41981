"""Every assumption of the twin in words: what it is, its unit and where it comes from."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.capacity.scenarios.words import CHANNELS, CONDITIONS, SEGMENTS, Text

# What stands before the dot of a name, and what varies after it.
_OF_SEGMENT: Mapping[str, Text] = {
    "needs_per_year": _("Behov av vård hemma per år"),
    "hospital_share": _("Behov som slutar på sjukhus om ingen kommer"),
    "admitted_share": _("Akutbesök som leder till inläggning"),
    "bed_days": _("Vårddygn per inläggning"),
    "deaths_per_year": _("Dödsfall per år"),
    "chronic_diagnoses": _("Kroniska diagnoser, medel"),
    "standing_medicines": _("Stående läkemedel, medel"),
    "personal_care_share": _("Klarar sin personliga vård själva"),
    "enrolment_share": _("Akuta besök efter vilka inskrivning söks"),
}
_OTHER: Mapping[str, Text] = {
    "age_mean": _("Ålder, medel"),
    "age_spread": _("Hur olika gamla människor är"),
    "ordinary_housing_share": _("Bor i ordinärt boende"),
    "unknown_met_share": _("Uppfyller krav som modellen inte vet något om"),
    "joint_visit_share": _("Planerade besök av två arbetsgivare på en gång"),
    "frailty_spread": _("Hur olika sköra människor är"),
    "season_swing": _("Hur mycket mer behov det är på vintern"),
    "sudden_share": _("Sjukhusbehov som är akuta på en gång"),
    "days_to_hospital": _("Dygn till sjukhus om ingen kommer"),
    "days_to_passing": _("Dygn till andra behov går över"),
    "same_day_share": _("Begäran som bör mötas samma dag"),
    "follow_up_share": _("Utskrivna som avdelningen ber ett team följa upp"),
    "bed_days_spread": _("Hur olika långa vårdtiderna är"),
    "phase_changes_per_year": _("Sjukdomen ändrar karaktär, gånger per år"),
    "home_nursing_share": _("Har kommunal hemsjukvård"),
    "public_listing_share": _("Är listade på offentlig hälsocentral"),
    "acute_visit_minutes": _("Akut besök"),
    "planned_visit_minutes": _("Planerat besök"),
    "visit_spread": _("Hur olika långa besöken är"),
    "lunch_minutes": _("Lunch"),
    "lunch_after_hours": _("Lunch tidigast efter"),
    "sickness_share": _("Pass som står utan bil för att någon är sjuk"),
    "road_detour": _("Väg mot fågelväg"),
    "winter_factor": _("Vinterns restid mot sommarens"),
    "nearest_of": _("Planerade besök som bilen väljer det närmaste av"),
    "effect.none_probability": _("Sannolikhet att vården inte ändrar något alls"),
    "effect.admission_ratio": _("Sjukhusbehov hos inskrivna mot andra, om vården har effekt"),
    "effect.admission_ratio_spread": _("Osäkerheten i det talet"),
    "effect.averted_share": _("Sjukhusbehov som ett besök i tid avvärjer, om vården har effekt"),
}
UNITS: Mapping[str, Text] = {
    "years": _("år"),
    "years, standard deviation": _("år, standardavvikelse"),
    "share of persons who do not live in a care home": _("andel av personerna"),
    "chronic diagnoses, at least one": _("diagnoser, minst en"),
    "medicines": _("läkemedel"),
    "share who manage their personal care": _("andel av personerna"),
    "share of persons who meet criteria that the simulated facts leave open": _("andel av personerna"),
    "share of planned visits by two employers at once, of the teams that have a partner": _(
        "andel, hos team som har ett annat att åka med"
    ),
    "needs a person-year": _("per person och år"),
    "share of needs that end in hospital if nobody comes": _("andel"),
    "share of emergency visits that are admitted": _("andel"),
    "days an admission": _("dygn"),
    "deaths a person-year": _("per person och år"),
    "share of acute visits after which enrolment is sought": _("andel"),
    "standard deviation of the logarithm": _("spridning, logaritmerad"),
    "winter peak over the mean": _("andel över medel"),
    "share of hospital needs that are emergencies at once": _("andel"),
    "mean days until an unmet need ends in hospital": _("dygn, medel"),
    "mean days until another need passes or is met elsewhere": _("dygn, medel"),
    "share of requests that should be met the same day": _("andel"),
    "share of discharges that the ward asks a team to follow up": _("andel"),
    "changes of the illness' character a person-year": _("per person och år"),
    "share of persons": _("andel av personerna"),
    "share of requests weekdays 8-17": _("andel av begäran"),
    "share of requests at other hours": _("andel av begäran"),
    "share of persons listed at public health centres": _("andel"),
    "minutes": _("minuter"),
    "hours into the shift": _("timmar in i passet"),
    "share of shifts without a crew": _("andel av passen"),
    "road km for a straight km": _("kilometer väg per kilometer fågelväg"),
    "winter minutes for summer minutes": _("minuter per minut"),
    "due planned visits among which a crew takes the nearest": _("besök"),
    "prior probability that care changes nothing": _("sannolikhet"),
    "rate of hospital needs while enrolled against not enrolled, if there is an effect": _("kvot, 1 är ingen effekt"),
    "standard deviation of its logarithm": _("spridning, logaritmerad"),
    "mean share of hospital needs that a visit in time averts, if there is an effect": _("andel, medel"),
}
_OWN = _("eget antagande: ingen källa anger det")
# A source may be of several parts; the last of them is often that the number is our own. Without the letters of names.
SOURCES: Mapping[str, Text] = {
    "none below 65, as the segments are shares of those": _("ingen under 65, för grupperna är andelar av dem över"),
    "seed 000: dependent on others": _("underlag 000: beroende av andra"),
    "at intake unknown is not no: it is asked for": _("i intaget är okänt inte nej: man frågar"),
    "own assumption: no source gives it": _OWN,
    "set so that admissions a year (1.0 and 0.5) lie around those of regression_to_mean_null in reference.yaml (0.8-1.2)": _(  # noqa: E501
        "satt så att inläggningarna per år blir 1,0 och 0,5, omkring dem i referensdata (0,8–1,2)"
    ),
    "seed 004: 17.7 bed days in six months before NSVT is the level of a chosen group": _(
        "underlag 004: 17,7 vårddygn på ett halvår före NSVT är nivån i en utvald grupp"
    ),
    "seed 004: 5.7 bed days in six months before HSVT": _("underlag 004: 5,7 vårddygn på ett halvår före HSVT"),
    "seed 000: often a short remaining life": _("underlag 000: ofta kort återstående livstid"),
    "mean 1, a lognormal frailty as in regression_to_mean_null (gamma there)": _(
        "medel 1, lognormal skörhet (gammafördelad i referensdata)"
    ),
    "seed 000: PrimR is asked mainly by municipal home nursing": _(
        "underlag 000: PrimÄR får mest begäran från kommunens hemsjukvård"
    ),
    "seed 000: most have home nursing": _("underlag 000: de flesta har hemsjukvård"),
    "seed 003: SPOT 45-60 minutes a visit, Storsjglntan 1.5-2 hours the first time": _(
        "underlag 003: SPOT 45–60 minuter per besök, Storsjögläntan 1,5–2 timmar första gången"
    ),
    "seed 003: SPOT 45-60 minutes a visit": _("underlag 003: SPOT 45–60 minuter per besök"),
    "engines.travel.estimate, calibrated on roads of Vsterbotten": _(
        "systemets uppskattning av väg, avstämd mot vägar i Västerbotten"
    ),
    "engines.travel.estimate": _("systemets uppskattning av väg"),
    "stands for the day plan, which orders visits by place": _("står för dagsplanen, som ordnar besöken efter plats"),
    "controlled studies find both signs: Elston 2022 0.87 (0.63-1.21), Roland 2012 +9 % emergency admissions, Shepperd 2021 no difference": _(  # noqa: E501
        "kontrollerade studier pekar åt båda håll: Elston 2022 0,87 (0,63–1,21), Roland 2012 +9 % akuta inläggningar, "
        "Shepperd 2021 ingen skillnad"
    ),
    "Elston 2022, difference in differences: admissions 0.871 (0.628-1.208)": _(
        "Elston 2022, skillnad i skillnader: inläggningar 0,871 (0,628–1,208)"
    ),
    "from the interval of Elston 2022": _("ur intervallet i Elston 2022"),
    "SU 2020 kept 0.87 of those visited at home, uncontrolled (seed 003), an upper limit": _(
        "SU 2020: 0,87 av de besökta kunde vara kvar hemma, okontrollerat (underlag 003), en övre gräns"
    ),
}
GROUPS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (_("Vad vården förändrar"), ("effect.",)),
    (
        _("Behov och sjukdom"),
        (
            "age_", "ordinary_housing_share", "chronic_diagnoses.", "standing_medicines.", "personal_care_share.",
            "needs_per_year.", "hospital_share.", "sudden_share", "days_to_", "frailty_spread", "season_swing",
            "phase_changes_per_year", "deaths_per_year.", "condition.",
        ),
    ),
    (_("Sjukhus"), ("admitted_share.", "bed_days", "follow_up_share")),
    (
        _("Vägar in"),
        (
            "same_day_share", "enrolment_share.", "home_nursing_share", "public_listing_share", "unknown_met_share",
            "channel_",
        ),
    ),
    (
        _("Besök, pass och resor"),
        (
            "acute_visit_minutes", "planned_visit_minutes", "visit_spread", "lunch_", "sickness_share", "road_detour",
            "winter_factor", "nearest_of", "joint_visit_share",
        ),
    ),
)  # fmt: skip


def label(name: str) -> str:
    """An assumption in words."""
    head, _dot, tail = name.partition(".")
    if head in _OF_SEGMENT:
        return f"{_OF_SEGMENT[head]}, {SEGMENTS[tail]}"
    if head == "condition":
        return gettext("Tillstånd: %(what)s") % {"what": CONDITIONS[tail]}
    if head == "channel_office":
        return gettext("Vardag 8–17, från %(who)s") % {"who": CHANNELS[tail]}
    if head == "channel_other":
        return gettext("Övriga tider, från %(who)s") % {"who": CHANNELS[tail]}
    return str(_OTHER.get(name, name))


def unit(text: str) -> str:
    """A unit in words; one that is not known is left as it stands."""
    return str(UNITS.get(text, text))


def source(text: str) -> str:
    """A source in words, part by part; what is not known is left as it stands."""
    return "; ".join(str(SOURCES.get(plain(part), part)) for part in text.split("; "))


def plain(part: str) -> str:
    """A part of a source as a key of ``SOURCES``."""
    return part.encode("ascii", "ignore").decode()
