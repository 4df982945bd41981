"""``narvard triage``: which teams may take a person, in order and with reasons, as the intake page says it."""

import json
import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone, translation

from narvard.access.guard import AccessDenied, OpenPatient, open_patient
from narvard.access.queries import commissions_of
from narvard.core import audit, clock
from narvard.core.errors import NarvardError
from narvard.core.models import User
from narvard.flows.triage import FirstLook, outlook
from narvard.intake.models import Channel, Urgency
from narvard.intake.triage import Option, rank
from narvard.intake.vocabulary import LANGUAGES
from narvard.organisation.models import CareUnit
from narvard.organisation.queries import intake_unit
from narvard.people.identifiers import read_identifier
from narvard.people.models import Patient
from narvard.people.queries import by_identifier


class CannotTriage(NarvardError):
    """The question cannot be answered; the message says why."""


class Command(BaseCommand):
    """Rank the teams of the person's area."""

    help = "Tells which teams may take a person, best first, with reasons. --as reads facts under that person's rights."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who it is about, how it came, how soon, and who asks."""
        parser.add_argument("--identifier", required=True, help="personnummer or reservnummer")
        parser.add_argument("--channel", required=True, help=", ".join(Channel.values))
        parser.add_argument("--urgency", required=True, help=", ".join(Urgency.values))
        parser.add_argument("--as", dest="reader", default="", metavar="USERNAME", help="whose rights to read with")
        parser.add_argument("--language", choices=LANGUAGES, default="sv", help="language of the reasons (sv)")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer; a question that cannot be answered gives one line and exit code 2."""
        try:
            with translation.override(options["language"]):
                ranked = _ranked(options, clock.now())
        except NarvardError as error:
            self.stderr.write(str(error).replace("\n", " "))
            sys.exit(2)
        rows = [option.as_answer() for option in ranked]
        if options["json"]:
            self.stdout.write(json.dumps({"options": rows}, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(f"{row['verdict']:9} {row['team']}: {row['explanation']}" for row in rows))


def _ranked(options: dict[str, Any], at: datetime) -> list[Option]:
    channel, urgency = options["channel"], options["urgency"]
    for name, value, allowed in (("channel", channel, Channel.values), ("urgency", urgency, Urgency.values)):
        if value not in allowed:
            raise CannotTriage(f"--{name} {value!r} is none of {', '.join(allowed)}")
    patient = by_identifier(read_identifier(options["identifier"], today=timezone.localdate(at)))
    if patient is None:
        raise CannotTriage("No person with that identifier is registered here.")
    look = _look(patient, options["reader"], at)
    return rank(outlook(look, intake=_intake(patient), channel=channel, urgency=urgency, at=at))


def _look(patient: Patient, reader: str, at: datetime) -> OpenPatient | FirstLook:
    """The person as ``reader`` may see them, or only as a first contact may; logged either way."""
    if not reader:
        audit.write(
            "flows.triage_command", by=audit.SYSTEM, at=at, action=audit.Action.READ, patients=[patient.pk],
            object_kind="patient", object_id=patient.pk, reason="exact-identifier",
        )  # fmt: skip
        return FirstLook(patient)
    user = User.objects.filter(username=reader, is_active=True).first()
    for commission in commissions_of(user, at) if user else ():
        try:
            return open_patient(patient.pk, by=commission, at=at, what="flows.triage_command")
        except AccessDenied:
            continue
    raise CannotTriage(f"{reader} has no commission with a right to open this person.")


def _intake(patient: Patient) -> CareUnit:
    unit = intake_unit(patient.municipality.care_area) if patient.municipality else None
    if unit is None:
        raise CannotTriage("No joint intake answers where the person lives.")
    return unit
