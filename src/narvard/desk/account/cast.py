"""The demonstration's cast as the sign-in page lists it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from narvard.organisation.models import Commission


@dataclass(frozen=True)
class Member:
    """A person of the cast with the commissions one may step into."""

    name: str
    profession: str
    commissions: tuple[Commission, ...]


def cast(at: datetime) -> list[Member]:
    """Everybody with an account, by the order of roles at the desk."""
    day = timezone.localdate(at)
    rows = (
        Commission.objects.filter(Q(until=None) | Q(until__gt=day), since__lte=day, staff__user__is_active=True)
        .select_related("staff", "unit__provider")
        .order_by("staff__sort_key", "unit__sort_key")
    )
    members: dict[object, list[Commission]] = {}
    for row in rows:
        members.setdefault(row.staff_id, []).append(row)
    roles = list(Commission.Role.values)
    ordered = sorted(members.values(), key=lambda mine: roles.index(mine[0].role))
    return [Member(mine[0].staff.name, str(mine[0].staff.get_profession_display()), tuple(mine)) for mine in ordered]
