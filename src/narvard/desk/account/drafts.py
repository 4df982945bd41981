"""Drafts: what a person has typed and not yet sent is kept on the server."""

from datetime import datetime

from django.http import QueryDict

from narvard.core.models import Draft, User

_LIMIT = 40_000
_NOT_KEPT = {"csrfmiddlewaretoken", "once", "version", "_form"}


def save_draft(*, user: User, form: str, data: QueryDict, at: datetime) -> None:
    """Keep the fields of ``form`` for ``user``; over 40,000 characters are not kept."""
    kept = {name: data.getlist(name) for name in data if name not in _NOT_KEPT}
    size = sum(len(value) for values in kept.values() for value in values)
    if form and size <= _LIMIT:
        Draft.objects.update_or_create(user=user, form=form[:120], defaults={"data": kept, "at": at})


def draft_of(*, user: User, form: str) -> dict[str, list[str]]:
    """What ``user`` had typed in ``form``; empty when nothing was kept."""
    row = Draft.objects.filter(user=user, form=form).first()
    return row.data if row else {}


def drop_draft(*, user: User, form: str) -> None:
    """Forget the draft: the form was sent."""
    Draft.objects.filter(user=user, form=form).delete()
