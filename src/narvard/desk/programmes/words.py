"""The words of a programme's fields: labels in the order a reader asks, and the names of its coded values."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from narvard.organisation.models import Programme

Kind = Programme.Kind

MEDICAL: dict[str, Any] = {
    "takes_over": _("Tar över det medicinska ansvaret"),
    "shares": _("Delar ansvaret"),
    "adds": _("Lägger till sin del; ansvaret ligger kvar"),
    "none": _("Tar inget medicinskt ansvar"),
}
ABILITIES: dict[str, Any] = {
    "direct_admission": _("direktinläggning"),
    "short_term_place": _("korttidsplats"),
    "delegation": _("delegering"),
    "monitoring": _("egenmonitorering"),
    "needs_kit": _("behovslåda"),
    "pictures": _("bilder"),
    "video": _("video"),
    "conference": _("konferens"),
    "phone_line": _("telefonlinje"),
    "consult_line": _("rådgivning till kollegor"),
    "dated_orders": _("ordinationer med datum"),
    "proactive_work": _("förebyggande arbete"),
    "rehabilitation": _("rehabilitering"),
    "teaching": _("utbildning"),
    "family_support": _("närståendestöd"),
    "home_diagnostics": _("provtagning och undersökning hemma"),
}
LIMITS: dict[str, Any] = {
    "active_patients": _("inskrivna samtidigt, högst"),
    "patients_per_year": _("patienter per år"),
    "patients_per_home_visit_physician": _("patienter per hemsjukvårdsläkare"),
    "visits_per_person_day": _("besök per person och dygn, högst"),
    "visits_per_team_day": _("besök per team och dag, högst"),
    "stay_days": _("vårddagar, högst"),
}
DUTIES: dict[str, Any] = {
    "first_visit": _("Första besök"),
    "home_visit": _("Hembesök"),
    "ward_visit": _("Besök på avdelningen"),
    "call_back": _("Ring tillbaka"),
    "follow_up_call": _("Uppföljningssamtal"),
    "daily_review": _("Daglig genomgång"),
    "plan": _("Plan"),
    "handover": _("Överlämning"),
    "closing_letter": _("Slutbrev"),
    "survey": _("Enkät"),
    "next_appointment": _("Nästa tid"),
}
AFTER: dict[str, Any] = {
    "request": _("efter begäran"),
    "acceptance": _("efter att teamet tagit emot"),
    "enrolment": _("under inskrivningen"),
    "discharge": _("efter utskrivning"),
    "visit": _("vid besöket"),
    "end": _("när vården avslutas"),
    "every_day": _("varje dag"),
}
UNITS: dict[str, Any] = {
    "minutes": _("minuter"),
    "hours": _("timmar"),
    "days": _("dagar"),
    "working_days": _("vardagar"),
}
EVERY: dict[str, Any] = {
    "day": _("varje dag"),
    "week": _("varje vecka"),
    "month": _("varje månad"),
    "year": _("varje år"),
}
EVERY_NTH: dict[str, Any] = {
    "day": _("var %(n)s:e dag"),
    "week": _("var %(n)s:e vecka"),
    "month": _("var %(n)s:e månad"),
    "year": _("vart %(n)s:e år"),
}
DAYS: dict[str, Any] = {"weekdays": _("vardagar"), "weekend": _("helger")}
CLOCKS: dict[str, Any] = {
    "answer_minutes": _("svar inom %(n)s minuter"),
    "first_contact_working_days": _("första besök inom %(n)s vardag(ar)"),
    "call_back_minutes": _("ringer tillbaka inom %(n)s minuter"),
    "reassess_minutes": _("ny bedömning efter %(n)s minuter"),
}
PAYERS: dict[str, Any] = {"region": _("regionen"), "municipality": _("kommunen")}

_FIRST: tuple[tuple[str, Any], ...] = (
    ("patients", _("För vem")),
    ("principal", _("Huvudman")),
    ("area", _("Område")),
    ("hours", _("Öppet")),
    ("phone", _("Telefon")),
)
_WHO_MAY: tuple[tuple[str, Any], ...] = (
    ("ages", _("Åldrar")),
    ("housing", _("Boende")),
    ("criteria", _("Krav")),
    ("target", _("Främst för")),
)
_STAFFING: tuple[tuple[str, Any], ...] = (
    ("staff", _("Bemanning (tjänster)")),
    ("sites", _("Orter")),
    ("competences", _("Kompetenser")),
    ("crews", _("Besättningar")),
)
_LAST: tuple[tuple[str, Any], ...] = (
    ("abilities", _("Kan")),
    ("agreements", _("Avtal: vem betalar vad")),
    ("duties", _("Ska göra")),
    ("activities", _("Återkommande")),
    ("needs", _("Behöver")),
    ("works_with", _("Arbetar med")),
    ("approaches", _("Arbetssätt i kommunerna")),
    ("figures", _("Tal ur källorna")),
    ("notes", _("Att veta")),
)
_TEAM: tuple[tuple[str, Any], ...] = (
    *_FIRST,
    *_WHO_MAY,
    ("senders", _("Vem får skicka")),
    ("responsibility", _("Ansvar")),
    ("limits", _("Gränser")),
    ("clocks", _("Klockor")),
    *_STAFFING,
    ("cars", _("Bilar")),
    ("combines", _("Förenar")),
    *_LAST,
)
# What is asked of each kind of programme; a field that is not there is shown as missing in the source.
FIELDS: dict[str, tuple[tuple[str, Any], ...]] = {
    Kind.TEAM: _TEAM,
    Kind.CONSULT: (*_FIRST, ("senders", _("Vem får fråga")), *_STAFFING, *_LAST),
    Kind.CONFERENCE: (
        *_FIRST, ("meets", _("Träffas")), ("decides", _("Beslutar")), ("finds_for", _("Hittar patienter åt")),
        *_STAFFING, *_LAST,
    ),
    Kind.CONTACT: (
        *_FIRST, ("target", _("Främst för")), ("markers", _("Tidiga markörer")),
        ("designated_from", _("Utses från")), ("may_ask_for_visits", _("Får begära hembesök")), *_STAFFING, *_LAST,
    ),
    Kind.GOVERNANCE: (
        *_FIRST, ("principles", _("Principer")), ("mandate", _("Mandat")), ("reports", _("Rapporterar")), *_LAST,
    ),
}  # fmt: skip
# Fields that are there or not by nature: their absence says nothing about the source.
OPTIONAL = frozenset({"sites", "combines", "approaches", "figures", "notes", "works_with", "needs", "activities"})
