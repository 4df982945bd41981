"""Programme versions: definitions put in force from a date."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.core import audit
from narvard.intake.definitions import Definition, packaged, read
from narvard.intake.errors import VersionNotValid
from narvard.intake.models import ProgrammeVersion
from narvard.organisation.models import Commission, Programme


@transaction.atomic
def load_programmes(
    *, decided_by: str, valid_from: date, by: audit.Actor, at: datetime, definitions: Iterable[Definition] | None = None
) -> list[ProgrammeVersion]:
    """Put definitions (the packaged ones, if none are given) in force from a date.

    Returns the new versions. One that was in force before is left alone: what an administrator has changed or ended
    since then stays so. A version is never changed: another text on the same day is refused.
    """
    chosen = [row for row in (packaged() if definitions is None else definitions) if not _was_in_force(row)]
    made = [_new_version(row, decided_by=decided_by, valid_from=valid_from) for row in chosen]
    versions = [version for version in made if version is not None]
    for version in versions:
        audit.write("intake.load_programmes", by=by, at=at, object_kind="programmeversion", object_id=version.pk)
    return versions


def _was_in_force(definition: Definition) -> bool:
    texts = ProgrammeVersion.objects.filter(programme__key=definition.key).values_list("definition", flat=True)
    return definition.data in list(texts)


@transaction.atomic
def publish_version(
    *, key: str, text: str, valid_from: date, decided_by: str, by: Commission, at: datetime
) -> ProgrammeVersion:
    """Put a changed text of the programme ``key`` in force from a day that has not passed.

    Raises :class:`~narvard.intake.definitions.InvalidDefinition` with every fault by line.
    """
    _administrator_only(by)
    definition = read(text, f"{key}.yaml")
    if definition.key != key:
        raise VersionNotValid(_("Nyckeln ska vara %(key)s. Ett annat program har en egen sida.") % {"key": key})
    _check_decision(decided_by, valid_from, at)
    version = _new_version(definition, decided_by=decided_by.strip(), valid_from=valid_from)
    if version is None:
        raise VersionNotValid(_("Texten säger detsamma som den senaste versionen. Ingenting ändrades."))
    audit.write("intake.publish_version", by=by, at=at, object_kind="programmeversion", object_id=version.pk)
    return version


@transaction.atomic
def end_programme(
    *, programme: Programme, ends_on: date, decided_by: str, by: Commission, at: datetime
) -> ProgrammeVersion:
    """From ``ends_on`` the programme takes no new requests; what was accepted goes on. A new version revives it."""
    _administrator_only(by)
    _check_decision(decided_by, ends_on, at)
    latest = programme.versions.select_for_update().order_by("-number").first()
    if latest is None or latest.ends_on is not None:
        raise VersionNotValid(_("%(name)s är inte i kraft och kan inte upphöra.") % {"name": programme.name})
    if ends_on <= latest.valid_from:
        raise VersionNotValid(
            _("Den senaste versionen gäller från %(day)s. Välj en senare dag.") % {"day": latest.valid_from}
        )
    latest.ends_on, latest.end_decided_by = ends_on, decided_by.strip()
    latest.save(update_fields=["ends_on", "end_decided_by"])
    audit.write("intake.end_programme", by=by, at=at, object_kind="programmeversion", object_id=latest.pk)
    return latest


def _administrator_only(by: Commission) -> None:
    if by.role != Commission.Role.ADMINISTRATOR:
        raise VersionNotValid(_("Bara systemförvaltaren ändrar program, efter beslut."))


def _check_decision(decided_by: str, day: date, at: datetime) -> None:
    if not decided_by.strip():
        raise VersionNotValid(_("Skriv vem som har beslutat."))
    if day < timezone.localdate(at):
        raise VersionNotValid(_("Dagen har passerat. Det som redan har gällt ändras inte."))


def _new_version(definition: Definition, *, decided_by: str, valid_from: date) -> ProgrammeVersion | None:
    names = {"name": definition.name, "kind": definition.kind}
    programme, _created = Programme.objects.update_or_create(key=definition.key, defaults=names)
    latest = programme.versions.order_by("-number").first()
    if latest is not None and latest.ends_on is None and latest.definition == definition.data:
        return None
    if latest is not None and latest.valid_from >= valid_from:
        raise VersionNotValid(
            _("%(name)s har redan en version från %(day)s. Välj ett senare datum.")
            % {"name": definition.name, "day": latest.valid_from}
        )
    number = latest.number + 1 if latest else 1
    return ProgrammeVersion.objects.create(
        programme=programme,
        number=number,
        valid_from=valid_from,
        decided_by=decided_by,
        definition=dict(definition.data),
        text=definition.text,
    )
