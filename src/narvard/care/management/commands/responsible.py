"""``narvard responsible``: who is responsible for a person at an instant, past or coming, and whom to call then."""

import json
import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from narvard.care.ledger import MAIN_KINDS
from narvard.care.models import Responsibility
from narvard.care.queries import Answer, Answering, contacts_of, responsible, unit_of_the_unheld, who_answers
from narvard.core import audit, clock
from narvard.core.errors import NarvardError
from narvard.organisation.queries import Call, whom_to_call
from narvard.people.identifiers import read_identifier
from narvard.people.models import Patient
from narvard.people.queries import by_identifier

LANGUAGES = ("sv", "en")
Data = dict[str, Any]


class CannotAnswer(NarvardError):
    """The question cannot be answered; the message says why."""


class Command(BaseCommand):
    """Answer from the ledger and the calling rules."""

    help = "Tells who is responsible for a person and whom to call, at any instant past or coming."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who it is about, and when."""
        parser.add_argument("identifier", help="personnummer or reservnummer")
        parser.add_argument("--at", default="", metavar="TIME", help="2026-11-23T03:00, Swedish time (now)")
        parser.add_argument("--language", choices=LANGUAGES, default="sv", help="language of the words (sv)")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer; a question that cannot be answered gives one line and exit code 2."""
        now = clock.now()
        try:
            with translation.override(options["language"]):
                answer = _answer(_found(options["identifier"], now), _instant(options["at"], now), now)
        except NarvardError as error:
            self.stderr.write(str(error).replace("\n", " "))
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_lines(answer)))


def _instant(text: str, now: datetime) -> datetime:
    if not text:
        return now
    try:
        given = parse_datetime(text)
    except ValueError:
        given = None
    if given is None:
        raise CannotAnswer(f"--at {text!r} is not a time; write it as 2026-11-23T03:00")
    return given if timezone.is_aware(given) else timezone.make_aware(given)


def _found(identifier: str, now: datetime) -> Patient:
    patient = by_identifier(read_identifier(identifier, today=timezone.localdate(now)))
    if patient is None:
        raise CannotAnswer("No person with that identifier is registered here.")
    return patient


def _answer(patient: Patient, at: datetime, now: datetime) -> Data:
    audit.write(
        "care.responsible_command", by=audit.SYSTEM, at=now, action=audit.Action.READ, patients=[patient.pk],
        object_kind="patient", object_id=patient.pk, reason="exact-identifier",
    )  # fmt: skip
    answers = responsible(patient, at)
    main = {row.kind: _held(row) for row in answers if not row.scope}
    nobody = _unheld(patient, at)
    scoped = [{"kind": row.kind, "scope": row.scope, **(_held(row) or {})} for row in answers if row.scope]
    contacts = [_contact(row) for row in who_answers(list(contacts_of(patient, at)), at)]
    return {**{kind: main.get(kind) or nobody for kind in MAIN_KINDS}, "scoped": scoped, "contacts": contacts}


def _contact(answering: Answering) -> Data:
    """A named contact, and who answers: the person, on leave the deputy, else the unit."""
    contact, person, leave = answering.contact, answering.person, answering.leave
    return {
        "kind": contact.kind,
        "name": contact.staff.name,
        "unit": contact.unit.name,
        "away_until": leave.until.isoformat() if leave else None,
        "answers": person.name if person else contact.unit.name,
        "phone": (person.phone if person else "") or contact.unit.phone,
    }


def _held(answer: Answer) -> Data | None:
    """One line of the ledger; None when nobody holds it."""
    if answer.holder is None or answer.row is None:
        return None
    because, since = Responsibility.Because(answer.row.because).label, timezone.localtime(answer.row.starts_at)
    return _data(answer.holder.name, answer.call, f"{because} {since:%Y-%m-%d %H:%M}")


def _unheld(patient: Patient, at: datetime) -> Data:
    """Nobody holds it: the ward or the health centre that carries the person anyway is whom to call."""
    unit = unit_of_the_unheld(patient, at)
    if unit is None:
        return _data(None, None, _("ingen inskrivning"))
    why = _("ingen inskrivning; %(unit)s följer personen") % {"unit": unit.name}
    return _data(None, whom_to_call(unit, at), why)


def _data(holder: str | None, call: Call | None, why: str) -> Data:
    rules = {"open": _("enheten har öppet"), "closed": _("enheten har stängt")}
    if call is not None and call.rule in rules:
        why = f"{why}; {rules[call.rule]}"
    return {
        "holder": holder,
        "call": call.label if call else None,
        "phone": call.phone if call else None,
        "why": why,
    }


def _lines(answer: Data) -> list[str]:
    named = [(kind, answer[kind]) for kind in MAIN_KINDS]
    named += [(f"{row['kind']}/{row['scope']}", row) for row in answer["scoped"]]
    return [
        f"{name:15} {row['holder'] or '-'}; {row['call'] or '-'} {row['phone'] or ''} ({row['why']})"
        for name, row in named
    ] + [_contact_line(row) for row in answer["contacts"]]


def _contact_line(row: Data) -> str:
    away = _("ledig till och med %(day)s") % {"day": row["away_until"]} if row["away_until"] else ""
    return f"{row['kind']:15} {row['name']}; {row['answers']} {row['phone']}{f' ({away})' if away else ''}"
