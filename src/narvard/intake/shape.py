"""Small checks of plain data, put together to a schema: what may stand where, and every fault with its path."""

import re
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from narvard.engines.criteria import Fault

Path = tuple[str | int, ...]
Check = Callable[[object, Path], list[Fault]]


def text(value: object, path: Path) -> list[Fault]:
    """A text that is not empty."""
    return [] if isinstance(value, str) and value.strip() else [Fault(path, _expected(_("en text"), value))]


def number(value: object, path: Path) -> list[Fault]:
    """A number that is not negative."""
    return [] if _is_number(value) else [Fault(path, _expected(_("ett tal som är minst 0"), value))]


def whole(value: object, path: Path) -> list[Fault]:
    """A whole number above zero."""
    fits = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return [] if fits else [Fault(path, _expected(_("ett heltal över 0"), value))]


def percent(value: object, path: Path) -> list[Fault]:
    """A number from 0 to 100."""
    fits = isinstance(value, int | float) and _is_number(value) and value <= 100
    return [] if fits else [Fault(path, _expected(_("ett tal från 0 till 100"), value))]


def amount(value: object, path: Path) -> list[Fault]:
    """A number, or a span from the least to the most."""
    if not isinstance(value, list):
        return number(value, path)
    if len(value) == 2 and all(map(_is_number, value)) and value[0] <= value[1]:
        return []
    return [Fault(path, _expected(_("ett tal eller ett spann [minst, mest]"), value))]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def one_of(*allowed: str) -> Check:
    """One of the words."""

    def check(value: object, path: Path) -> list[Fault]:
        told = _("%(found)r är inget av %(allowed)s") % {"found": value, "allowed": ", ".join(allowed)}
        return [] if value in allowed else [Fault(path, told)]

    return check


def matching(pattern: str, what: Callable[[], str]) -> Check:
    """A text of the given form; ``what`` says which, in the reader's language."""
    form = re.compile(pattern)

    def check(value: object, path: Path) -> list[Fault]:
        fits = isinstance(value, str) and form.match(value)
        return [] if fits else [Fault(path, _expected(what(), value))]

    return check


def list_of(item: Check) -> Check:
    """A list with at least one item."""

    def check(value: object, path: Path) -> list[Fault]:
        if not isinstance(value, list) or not value:
            return [Fault(path, _expected(_("en lista med minst en del"), value))]
        return [fault for place, part in enumerate(value) for fault in item(part, (*path, place))]

    return check


def by(keys: Check, values: Check) -> Check:
    """A mapping whose keys and values pass the checks."""

    def check(value: object, path: Path) -> list[Fault]:
        if not isinstance(value, Mapping) or not value:
            return [Fault(path, _expected(_("nycklar med värden"), value))]
        return [fault for key in value for fault in (keys(key, (*path, key)) or values(value[key], (*path, key)))]

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """A mapping with exactly these keys."""
    known = {**required, **optional}

    def check(value: object, path: Path) -> list[Fault]:
        if not isinstance(value, Mapping):
            return [Fault(path, _expected(_("nycklar med värden"), value))]
        missing = [Fault(path, _("%(key)s saknas") % {"key": key}) for key in required if key not in value]
        stray = [Fault((*path, key), _("okänd nyckel här")) for key in value if key not in known]
        inside = [fault for key in value if key in known for fault in known[key](value[key], (*path, key))]
        return missing + stray + inside

    return check


def _expected(what: str, found: object) -> str:
    return _("väntade %(what)s, fann %(found)r") % {"what": what, "found": found}
