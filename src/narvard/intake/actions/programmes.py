"""Programme versions: definitions put in force from a date."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.core import audit
from narvard.intake.definitions import Definition, packaged
from narvard.intake.errors import VersionNotValid
from narvard.intake.models import ProgrammeVersion
from narvard.organisation.models import Programme


@transaction.atomic
def load_programmes(
    *, decided_by: str, valid_from: date, by: audit.Actor, at: datetime, definitions: Iterable[Definition] | None = None
) -> list[ProgrammeVersion]:
    """Put definitions (the packaged ones, if none are given) in force from a date; unchanged ones are left alone.

    Returns the new versions. A version is never changed: another text on the same day is refused.
    """
    chosen = packaged() if definitions is None else definitions
    made = [_new_version(row, decided_by=decided_by, valid_from=valid_from) for row in chosen]
    versions = [version for version in made if version is not None]
    for version in versions:
        audit.write("intake.load_programmes", by=by, at=at, object_kind="programmeversion", object_id=version.pk)
    return versions


def _new_version(definition: Definition, *, decided_by: str, valid_from: date) -> ProgrammeVersion | None:
    names = {"name": definition.name, "kind": definition.kind}
    programme, _created = Programme.objects.update_or_create(key=definition.key, defaults=names)
    latest = programme.versions.order_by("-number").first()
    if latest is not None and latest.definition == definition.data:
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
    )
