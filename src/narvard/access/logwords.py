"""The log in words: what was done, with what, and why. Stored rows hold keys; people read these."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from narvard.access.models import ActiveChoice, CareRelation, Consent, EmergencyOpening
from narvard.core.models import AuditEvent
from narvard.people.models import InformationKind

Action = AuditEvent.Action
Text = str | Promise

# What an audit row is about, by ``object_kind``. A row without one is about the person.
THINGS: dict[str, Text] = {
    "": _("uppgifter om personen"),
    "account": _("konto"),
    "activechoice": _("aktivt val"),
    "activity": _("aktivitet"),
    "address": _("adress"),
    "agreement": _("överenskommelse om ersättning"),
    "backup": _("säkerhetskopia"),
    "binder": _("pärm i hemmet"),
    "block": _("spärr"),
    "blocklift": _("hävd spärr"),
    "carerequest": _("vårdbegäran"),
    "careunit": _("enhet"),
    "commission": _("medarbetaruppdrag"),
    "conference": _("konferens"),
    "conferencecase": _("fall till konferens"),
    "consent": _("samtycke"),
    "day": _("dagsplan"),
    "dayplan": _("dagsplan"),
    "designatedcontact": _("fast kontakt"),
    "auditbatch": _("loggens förseglingar"),
    "deviation": _("avvikelse"),
    "deviation-file": _("bilaga till avvikelse"),
    "deviations": _("avvikelser i en lista"),
    "duty": _("uppgift att göra"),
    "effectstudy": _("effektstudie"),
    "earlycase": _("tidiga tecken"),
    "emergencyopening": _("nödöppning"),
    "episode": _("kontakt eller inskrivning"),
    "fact": _("uppgift om hälsan"),
    "handover": _("överlämning"),
    "homenursingnotice": _("meddelande om hemsjukvård"),
    "hospitalstay": _("vistelse på sjukhus"),
    "identifier": _("sökning på personnummer"),
    "list": _("namn i en lista"),
    "log": _("logg över åtkomst"),
    "logextract": _("loggutdrag"),
    "logreview": _("loggranskning"),
    "move": _("flytt till en annan kommun"),
    "misfits": _("val mot kriterierna i en lista"),
    "notice": _("påminnelse till en enhet"),
    "monthlyreport": _("månadsrapport"),
    "needskit": _("behovslåda"),
    "need_scenario": _("behovsberäkning"),
    "ownrecord": _("medarbetare som är patient"),
    "page": _("sida"),
    "patient": _("patientens sida"),
    "picture": _("bild i pärmen"),
    "plan": _("plan"),
    "programmeversion": _("programkriterier"),
    "relative": _("närstående"),
    "representative": _("ombud"),
    "responsibility": _("ansvar"),
    "run": _("bakgrundsarbete"),
    "scenario": _("scenario"),
    "segment": _("behovsgrupp"),
    "segmentassignment": _("behovsgrupp"),
    "session": _("inloggning"),
    "shift": _("arbetspass"),
    "snapshot": _("uppföljningens siffror"),
    "surveyround": _("enkätomgång"),
    "utilisation": _("vårddata"),
    "supply": _("hjälpmedel eller material"),
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
    "part-in-deviation": _("enheten är part i avvikelsen"),
    "right-to-protected-identity": _("särskild behörighet till skyddad identitet"),
    "sent-request": _("enheten skickade begäran"),
    "unknown-identifier": _("numret fanns inte"),
    # Why somebody was stopped.
    "blocked": _("uppgifterna är spärrade"),
    "commission-without-shared-record": _("uppdraget saknar rätt till sammanhållen dokumentation"),
    "emergency-for-other-kinds": _("nödöppningen gällde andra uppgifter"),
    "file-shows-person": _("bilden visar en person"),
    "missing": _("finns inte"),
    "no-part-in-deviation": _("enheten är inte part i avvikelsen"),
    "not-a-reviewer": _("uppdraget gäller inte loggkontroll"),
    "no-care-relation": _("enheten har ingen vårdrelation"),
    "no-consent-across-providers": _("patientens samtycke saknas"),
    "own-record": _("ens egen journal"),
    "page-kind": _("sidan är inte för den som är inloggad"),
    "page-role": _("sidan är inte för den rollen"),
    "protected-identity": _("skyddad identitet"),
    "purpose-is-not-care": _("uppdraget gäller inte vård"),
    "row": _("uppgiften får inte läsas"),
    "sent-request-only": _("enheten har bara skickat en begäran"),
    "too-many-lookups": _("för många sökningar på personnummer"),
    "social-services-read-no-care-record": _("socialtjänsten läser inte vårdens journal"),
    "social-services-secrecy": _("socialtjänstens sekretess"),
}

# Acts whose reason was written to justify access: it is what a reviewer judges. Other free text can tell of the
# patient's health, which a reviewer has no need of, and stays out.
JUSTIFIED = frozenset({"access.lift_block"})

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
LOG_KINDS = frozenset({"log", "logextract", "logreview"})
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
    if event.action == Action.EMERGENCY:
        return _emergency(event.reason)
    if event.what == "access.choose":
        return _choice(event.reason)
    if event.what == "access.relate":
        return _labels(CareRelation.Kind, event.reason)
    if event.what == "access.record_consent":
        return ", ".join(filter(None, (_labels(Consent.Kind, event.reason), _labels(Consent.How, event.reason))))
    return event.reason if event.what in JUSTIFIED else ""


def _emergency(reason: str) -> str:
    """The danger, the kinds of information that were opened, and what was written."""
    keys, colon, written = reason.partition(": ")
    said = [_labels(EmergencyOpening.Danger, keys), _labels(InformationKind, keys.replace(",", " "))]
    return f"{': '.join(filter(None, said))}. {written}" if colon and said[0] else reason


def _choice(reason: str) -> str:
    """The choice that was made, and what was written."""
    key, _space, written = reason.partition(" ")
    return ". ".join(filter(None, (_labels(ActiveChoice.Why, key), written)))


def _labels(choices: type[TextChoices], reason: str) -> str:
    """The words of those choices that ``reason`` names among other things."""
    return ", ".join(str(choice.label) for choice in choices if choice.value in reason.split())


def for_the_patient(action: str, kind: str, what: str) -> str:
    """What was done with the record, as the patient's extract says it."""
    if kind in LOG_KINDS:
        return str(LOG_CONTROL)
    if kind == "list":
        return str(SAW_IN_LIST)
    if what == "access.first_contact":
        return str(LOOKED_UP)
    return f"{FOR_THE_PATIENT[action]}: {thing(kind)}"
