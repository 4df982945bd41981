"""The rules that pick accesses to review: a table of names, words and functions, gravest first.

Each function gives the picks of a day; it decides nothing about right or wrong, which is the reviewer's.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from narvard.access.models import CareRelation, Consent
from narvard.access.review.daylog import Access, Action, DayLog, Key, Period
from narvard.access.signin.eid import GUARDIAN_UNTIL_YEARS
from narvard.access.signin.models import Representative
from narvard.organisation.models import CareUnit
from narvard.people.queries import ADULT, age

# Work begins early and ends late; within this of the planned or open hours nothing is unusual.
GRACE = timedelta(hours=1)
# Fewer active days than this say nothing of usual hours.
KNOWN_DAYS = 5
# Fewer patients, searches or stops than these in a day are never many.
MANY_PATIENTS = 20
MANY_SEARCHES = 15
MANY_GUESSES = 5
MANY_DENIALS = 3
# Times the usual.
FAR_ABOVE = 3
# Stops that tell of somebody trying a door; a page for another role or a mistyped address does not.
TRIED = frozenset(
    {"no-care-relation", "sent-request-only", "blocked", "own-record", "social-services-secrecy", "row"}
    | {"no-consent-across-providers", "purpose-is-not-care", "emergency-for-other-kinds"}
)
# The acts that end a request without any care following from it.
ENDS_REQUEST = frozenset({"intake.withdraw", "intake.advise", "intake.refuse", "intake.not_ours"})


@dataclass(frozen=True)
class Pick:
    """One access to review: what it begins with, and the figures that fill in the rule's words."""

    access: Access
    params: dict[str, Any] = field(default_factory=dict)
    whole_day: bool = False


@dataclass(frozen=True)
class Rule:
    """A picking rule: its key, its name, why it picked (with figures), and the function that picks."""

    key: str
    name: str | Promise
    why: str | Promise
    pick: Callable[[DayLog], Iterator[Pick]]


def _emergencies(day: DayLog) -> Iterator[Pick]:
    for access in day.accesses:
        if access.action == Action.EMERGENCY and access.patient:
            yield Pick(access)


def _denied(day: DayLog) -> Iterator[Pick]:
    tries = [row for row in day.accesses if row.action == Action.DENIED and row.reason in TRIED]
    for rows in day.by_staff(tries).values():
        if len(rows) >= MANY_DENIALS:
            yield Pick(rows[0], {"n": len(rows)}, whole_day=True)


def _unrelated(day: DayLog) -> Iterator[Pick]:
    for access in day.opened:
        if access.patient and not day.related_at(access.patient, access.unit, access.at):
            yield Pick(access)


def _guessed(day: DayLog) -> Iterator[Pick]:
    for rows in day.by_staff(_searches(day)).values():
        unknown = sum(row.reason == "unknown-identifier" for row in rows)
        if unknown >= MANY_GUESSES:
            yield Pick(rows[0], {"n": unknown}, whole_day=True)


def _searched(day: DayLog) -> Iterator[Pick]:
    for rows in day.by_staff(_searches(day)).values():
        if len(rows) >= MANY_SEARCHES:
            yield Pick(rows[0], {"n": len(rows)}, whole_day=True)


def _searches(day: DayLog) -> list[Access]:
    return [row for row in day.accesses if row.what == "access.first_contact"]


def _own_record(day: DayLog) -> Iterator[Pick]:
    for access in day.opened:
        if access.patient and day.own_records.get(access.patient) == access.staff:
            yield Pick(access)


def _colleague(day: DayLog) -> Iterator[Pick]:
    for access in day.opened:
        person = day.own_records.get(access.patient) if access.patient else None
        if person is not None and person != access.staff and (person, access.unit) in day.workplaces:
            yield Pick(access)


def _related_person(day: DayLog) -> Iterator[Pick]:
    for access, staff, patient in _pairs(day):
        relatives = day.relatives.get(patient.pk, ())
        phones = {_digits(row.phone) for row in (*relatives, patient)} - {""}
        own_phone = "" if staff.phone in day.workplace_phones else _digits(staff.phone)
        if own_phone in phones or any(_same_name(row.name, staff.name) for row in relatives):
            yield Pick(access)


def _same_surname(day: DayLog) -> Iterator[Pick]:
    for access, staff, patient in _pairs(day):
        if _surnames(staff.family_name) & _surnames(patient.family_name):
            yield Pick(access, {"name": patient.family_name})


def _pairs(day: DayLog) -> Iterator[tuple[Access, Any, Any]]:
    for access in day.opened:
        staff, patient = day.staff.get(access.staff), day.patients.get(access.patient) if access.patient else None
        if staff is not None and patient is not None:
            yield access, staff, patient


def _surnames(name: str) -> set[str]:
    return set(name.casefold().replace("-", " ").split()) - {"af", "de", "la", "van", "von"}


def _same_name(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()


def _digits(phone: str) -> str:
    """The number without country code or first zero, so that 070 and +46 70 are the same; empty when unknown."""
    return "".join(filter(str.isdigit, phone)).removeprefix("00").removeprefix("46").lstrip("0")


def _unusual_hour(day: DayLog) -> Iterator[Pick]:
    unknown: dict[Key, list[Access]] = {}
    for person, rows in day.by_staff(day.opened).items():
        expected = day.working.get(person) or day.opening(rows[0].unit)
        if expected is None:
            unknown[person] = rows
        elif odd := [row for row in rows if not _within(row, expected)]:
            yield _at_hour(odd)
    usual = day.usual_hours(unknown) if unknown else {}
    for person, rows in unknown.items():
        hours = usual.get(person, {})
        if max(hours.values(), default=0) < KNOWN_DAYS:
            continue
        if odd := [row for row in rows if not _seen_before(day.local_hour(row.at), hours)]:
            yield _at_hour(odd)


def _within(row: Access, periods: Sequence[Period]) -> bool:
    return any(start - GRACE <= row.at < end + GRACE for start, end in periods)


def _seen_before(hour: int, hours: dict[int, int]) -> bool:
    """Whether the person has been at work within an hour of ``hour`` before; midnight is beside 23."""
    return any((hour + step) % 24 in hours for step in (-1, 0, 1))


def _at_hour(rows: Sequence[Access]) -> Pick:
    return Pick(rows[0], {"time": f"{timezone.localtime(rows[0].at):%H:%M}", "n": len(rows)}, whole_day=True)


def _unusual_volume(day: DayLog) -> Iterator[Pick]:
    many = {
        person: rows
        for person, rows in day.by_staff(day.opened).items()
        if len({row.patient for row in rows}) > MANY_PATIENTS
    }
    usual = day.usual_volumes({rows[0].unit for rows in many.values()}) if many else {}
    for person, rows in many.items():
        known = usual.get(rows[0].unit, {})
        own, all_of_unit = known.get(person, []), [count for counts in known.values() for count in counts]
        normal = max(median(own) if own else 0, median(all_of_unit) if all_of_unit else 0)
        count = len({row.patient for row in rows})
        if count > FAR_ABOVE * normal:
            yield Pick(rows[0], {"n": count, "usual": round(normal)}, whole_day=True)


def _own_relation(day: DayLog) -> Iterator[Pick]:
    """A first care relation that the unit gave itself: nobody else's request, hand-over or listing came before it."""
    kinds = CareRelation.Kind
    given_by_others = {kinds.SENT, kinds.HANDOVER, kinds.LISTED}
    for access in day.accesses:
        if access.what != "access.relate" or not access.patient:
            continue
        kind, _space, unit = access.reason.partition(" ")
        if kind in given_by_others or unit != str(access.unit):
            continue
        # The joint intake writes down everybody who calls; any other unit judges what somebody else asked of it.
        if kind == kinds.REQUEST and day.units[access.unit].kind == CareUnit.Kind.INTAKE:
            continue
        if not day.related_otherwise(access.patient, access.unit, access.object_id, access.at):
            yield Pick(access)


def _ended_alone(day: DayLog) -> Iterator[Pick]:
    """A request that one person wrote down and ended the same day, and nobody else did anything with.

    A made-up call looks so. It counts only when it gave the unit a relation that nothing else gave.
    """
    written = {row.object_id: row for row in day.accesses if row.what == "intake.register_request"}
    ended = {row.object_id: row for row in day.accesses if row.what in ENDS_REQUEST and row.object_id in written}
    others = day.acted_on(ended)
    for key, end in ended.items():
        access = written[key]
        if end.staff != access.staff or others[key] - {access.staff} or not access.patient:
            continue
        if not day.related_otherwise(access.patient, access.unit, key, access.at):
            yield Pick(access)


def _teenager_represented(day: DayLog) -> Iterator[Pick]:
    """Somebody was let in to a young person's own page, where the guardian no longer is."""
    for access in day.accesses:
        patient = day.patients.get(access.patient) if access.patient else None
        chosen = access.what == "access.add_representative" and access.reason == Representative.Kind.CHOSEN
        if chosen and patient is not None and GUARDIAN_UNTIL_YEARS <= age(patient, day.day) < ADULT:
            yield Pick(access)


def _unblocked(day: DayLog) -> Iterator[Pick]:
    """A block set aside or removed, on the word of the one who wanted to read."""
    for access in day.accesses:
        if access.what in {"access.lift_block", "access.remove_block"} and access.patient:
            yield Pick(access)


def _opening_consent(day: DayLog) -> Iterator[Pick]:
    for access, consent in _consents(day):
        if consent.kind != Consent.Kind.ENROLMENT:
            yield Pick(access)


def _assessed(day: DayLog) -> Iterator[Pick]:
    for access, consent in _consents(day):
        if consent.how == Consent.How.CANNOT:
            yield Pick(access)


def _consents(day: DayLog) -> Iterator[tuple[Access, Consent]]:
    for access in day.accesses:
        recorded = access.what == "access.record_consent"
        if recorded and (consent := day.consents.get(Key(access.object_id))) is not None:
            yield access, consent


def _at_random(day: DayLog) -> Iterator[Pick]:
    """A share of the day's pairs of person and patient. The draw follows from the events' unguessable ids.

    So it is the same each time the day is gone through, and nobody can know it beforehand.
    """
    for access in day.opened:
        drawn = int.from_bytes(hashlib.sha256(access.event.bytes).digest()[:8], "big") / 2**64
        if drawn < settings.NARVARD_LOG_SAMPLE:
            yield Pick(access)


RULES: tuple[Rule, ...] = (
    Rule("emergency", _("Nödöppning"), _("Spärrade uppgifter öppnades i en nödsituation."), _emergencies),
    Rule("unblocked", _("Spärr hävd"), _("En spärr hävdes eller togs bort."), _unblocked),
    Rule("denied", _("Upprepade nekanden"), _("Nekades %(n)s gånger under dagen."), _denied),
    Rule("unrelated", _("Utan vårdrelation"), _("Enheten hade ingen vårdrelation med patienten då."), _unrelated),
    Rule("own_record", _("Egen journal"), _("Öppnade sin egen journal."), _own_record),
    Rule("guessed", _("Okända personnummer"), _("Sökte på %(n)s nummer som inte fanns."), _guessed),
    Rule(
        "relative",
        _("Närstående"),
        _("Har samma telefonnummer som patienten eller en närstående, eller samma namn som en närstående."),
        _related_person,
    ),
    Rule("colleague", _("Kollega"), _("Patienten arbetar på samma enhet som den som läste."), _colleague),
    Rule("searched", _("Många sökningar"), _("Sökte på personnummer %(n)s gånger under dagen."), _searched),
    Rule("hour", _("Ovanlig tid"), _("Patienter öppnade på ovanlig tid: %(n)s, först %(time)s."), _unusual_hour),
    Rule("volume", _("Ovanligt många"), _("Öppnade %(n)s patienter, mot i vanliga fall %(usual)s."), _unusual_volume),
    Rule("surname", _("Samma efternamn"), _("Patienten heter %(name)s, som den som läste."), _same_surname),
    Rule("own_relation", _("Egen vårdrelation"), _("Enheten gav sig själv sin första vårdrelation."), _own_relation),
    Rule(
        "ended_alone",
        _("Avslutade själv"),
        _("Skrev in en begäran och avslutade den samma dag, utan att någon annan gjorde något med den."),
        _ended_alone,
    ),
    Rule(
        "teenager",
        _("Ombud för ungdom"),
        _("Registrerade ett ombud för en patient mellan 13 och 17 år."),
        _teenager_represented,
    ),
    Rule("consent", _("Samtycke"), _("Registrerade ett samtycke till att läsa hos andra."), _opening_consent),
    Rule("assessed", _("Kan inte samtycka"), _("Registrerade att patienten inte kan samtycka."), _assessed),
    Rule("random", _("Stickprov"), _("Valdes slumpvis."), _at_random),
)
RANKS = {rule.key: place for place, rule in enumerate(RULES)}
BY_KEY = {rule.key: rule for rule in RULES}


def said(key: str, params: dict[str, Any]) -> str:
    """Why the rule picked, in words with the figures filled in."""
    return str(BY_KEY[key].why) % params
