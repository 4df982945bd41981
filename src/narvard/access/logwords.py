"""The log in words: what was done, with what, and why. Stored rows hold keys; people read these."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from narvard.access.models import CareRelation, Consent
from narvard.core.models import AuditEvent

Action = AuditEvent.Action
Text = str | Promise

# What an audit row is about, by ``object_kind``. A row without one is about the person.
THINGS: dict[str, Text] = {
    "": _("uppgifter om personen"),
    "account": _("konto"),
    "activechoice": _("aktivt val"),
    "activity": _("aktivitet"),
    "address": _("adress"),
    "block": _("spärr"),
    "blocklift": _("hävd spärr"),
    "carerequest": _("vårdbegäran"),
    "commission": _("medarbetaruppdrag"),
    "consent": _("samtycke"),
    "day": _("dagsplan"),
    "dayplan": _("dagsplan"),
    "designatedcontact": _("fast kontakt"),
    "deviation": _("avvikelse"),
    "duty": _("uppgift efter dödsfall"),
    "emergencyopening": _("nödöppning"),
    "episode": _("kontakt eller inskrivning"),
    "fact": _("uppgift om hälsan"),
    "handover": _("överlämning"),
    "hospitalstay": _("vistelse på sjukhus"),
    "identifier": _("sökning på personnummer"),
    "list": _("namn i en lista"),
    "log": _("logg över åtkomst"),
    "logextract": _("loggutdrag"),
    "logreview": _("loggranskning"),
    "need_scenario": _("behovsberäkning"),
    "ownrecord": _("medarbetare som är patient"),
    "page": _("sida"),
    "patient": _("patientens sida"),
    "programmeversion": _("programkriterier"),
    "relative": _("närstående"),
    "representative": _("ombud"),
    "responsibility": _("ansvar"),
    "run": _("bakgrundsarbete"),
    "segment": _("behovsgrupp"),
    "segmentassignment": _("behovsgrupp"),
    "session": _("inloggning"),
    "shift": _("arbetspass"),
    "visit": _("besök"),
    "visitneed": _("besöksbehov"),
    "visitnote": _("besöksanteckning"),
    "whatmatters": _("vad som är viktigt"),
}

# The rule that let a look through or stopped it, by its name in the policy.
RULES: dict[str, Text] = {
    "care-relation": _("enheten har en vårdrelation"),
    "choice-across-providers": _("aktivt val: en annan vårdgivares uppgifter"),
    "choice-own-provider": _("aktivt val: en annan enhets uppgifter"),
    "colleague": _("aktivt val: patienten är en kollega"),
    "consent-to-shared-record": _("samtycke till sammanhållen vårddokumentation"),
    "consent-to-social-data": _("samtycke till uppgifter från socialtjänsten"),
    "disclosed-in-coordination": _("utlämnat i samordningen"),
    "disclosed-to-this-unit": _("utlämnat till enheten"),
    "emergency": _("nödöppning"),
    "exact-identifier": _("första kontakt: helt personnummer"),
    "listed": _("enheten har en vårdrelation"),
    "log-control": _("loggkontroll"),
    "log-extract": _("patienten har begärt ett loggutdrag"),
    "must-go-there": _("enheten ska dit"),
    "open-to-all-who-take-part": _("öppet för alla som deltar i vården"),
    "own-branch": _("samma vårdgivare och verksamhet"),
    "own-provider": _("den egna vårdgivarens uppgifter"),
    "own-social-services": _("den egna socialtjänstens uppgifter"),
    "right-to-protected-identity": _("särskild behörighet till skyddad identitet"),
    "sent-request": _("enheten skickade begäran"),
    "unknown-identifier": _("numret fanns inte"),
    # Why somebody was stopped.
    "blocked": _("uppgifterna är spärrade"),
    "commission-without-shared-record": _("uppdraget saknar rätt till sammanhållen dokumentation"),
    "emergency-for-other-kinds": _("nödöppningen gällde andra uppgifter"),
    "missing": _("finns inte"),
    "no-care-relation": _("enheten har ingen vårdrelation"),
    "no-consent-across-providers": _("patientens samtycke saknas"),
    "own-record": _("ens egen journal"),
    "page-kind": _("sidan är inte för den som är inloggad"),
    "page-role": _("sidan är inte för den rollen"),
    "protected-identity": _("skyddad identitet"),
    "purpose-is-not-care": _("uppdraget gäller inte vård"),
    "row": _("uppgiften får inte läsas"),
    "sent-request-only": _("enheten har bara skickat en begäran"),
    "social-services-read-no-care-record": _("socialtjänsten läser inte vårdens journal"),
    "social-services-secrecy": _("socialtjänstens sekretess"),
}

# Acts whose reason was written to justify access: it is what a reviewer judges. Other free text can tell of the
# patient's health, which a reviewer has no need of, and stays out.
JUSTIFIED = frozenset({Action.EMERGENCY})
JUSTIFIED_ACTS = frozenset({"access.choose", "access.lift_block", "access.open_emergency"})

# The same, said to the patient: what somebody did with the record.
FOR_THE_PATIENT: dict[str, Text] = {
    Action.READ: _("läste"),
    Action.WRITE: _("skrev eller ändrade"),
    Action.SIGN: _("signerade"),
    Action.PRINT: _("skrev ut"),
    Action.EXPORT: _("hämtade ut en kopia"),
    Action.DELETE: _("tog bort"),
    Action.EMERGENCY: _("öppnade i en nödsituation"),
}
LOG_CONTROL = _("kontrollerade vem som läst")
SAW_IN_LIST = _("såg namnet i en lista")
LOOKED_UP = _("sökte på personnummer och såg namn och födelsedatum")


def thing(kind: str) -> str:
    """What an audit row of ``object_kind`` is about; a kind without words is shown by its name."""
    return str(THINGS.get(kind, kind))


def why(event: AuditEvent) -> str:
    """The rule or the reason of an audit row in words; nothing when neither is meant for a reviewer."""
    if event.reason in RULES:
        return str(RULES[event.reason])
    if event.action in JUSTIFIED or event.what in JUSTIFIED_ACTS:
        return event.reason
    if event.what == "access.relate":
        return _label(CareRelation.Kind, event.reason)
    if event.what == "access.record_consent":
        return ", ".join(filter(None, (_label(Consent.Kind, event.reason), _label(Consent.How, event.reason))))
    return ""


def _label(choices: type[CareRelation.Kind] | type[Consent.Kind] | type[Consent.How], reason: str) -> str:
    """The words of the choice that ``reason`` names among others."""
    found = (str(choice.label) for choice in choices if choice.value in reason.split())
    return next(found, "")


def for_the_patient(action: str, kind: str, what: str) -> str:
    """What was done with the record, as the patient's extract says it."""
    if kind == "log":
        return str(LOG_CONTROL)
    if kind == "list":
        return str(SAW_IN_LIST)
    if what == "access.first_contact":
        return str(LOOKED_UP)
    return f"{FOR_THE_PATIENT[action]}: {thing(kind)}"
