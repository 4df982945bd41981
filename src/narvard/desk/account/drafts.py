"""Drafts: what a person has typed and not yet sent is kept on the server, for a while and for that commission."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import QueryDict

from narvard.core.models import Draft, User
from narvard.core.retention import DRAFTS_KEPT
from narvard.organisation.models import Commission

_LIMIT = 40_000
# Forms begun and not sent under one commission; with more, the oldest go.
MOST_DRAFTS = 50
_NOT_KEPT = {"csrfmiddlewaretoken", "once", "version", "_form"}


def save_draft(*, user: User, by: Commission, form: str, data: QueryDict, at: datetime) -> None:
    """Keep the fields of ``form``; over 40,000 characters are not kept, and not more than 50 forms."""
    kept = {name: data.getlist(name) for name in data if name not in _NOT_KEPT}
    size = sum(len(value) for values in kept.values() for value in values)
    if form and size <= _LIMIT:
        mine = Draft.objects.filter(user=user, commission=by.pk)
        mine.update_or_create(user=user, commission=by.pk, form=form[:120], defaults={"data": kept, "at": at})
        newest = mine.order_by("-at", "-pk").values_list("pk", flat=True)[:MOST_DRAFTS]
        mine.exclude(pk__in=list(newest)).delete()


def draft_of(*, user: User, by: Commission, form: str, at: datetime) -> dict[str, list[str]]:
    """What ``user`` had typed in ``form`` acting under ``by``; empty when nothing was kept or it is too old."""
    row = _drafts(user, by, form).filter(at__gt=at - DRAFTS_KEPT).first()
    return row.data if row else {}


def drop_draft(*, user: User, by: Commission, form: str) -> None:
    """Forget the draft: the form was sent."""
    _drafts(user, by, form).delete()


def _drafts(user: User, by: Commission, form: str) -> QuerySet[Draft]:
    return Draft.objects.filter(user=user, commission=by.pk, form=form)
