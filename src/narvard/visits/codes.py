"""The codes that a visit note may carry: KVÅ where we have a checked text, our own activity codes beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from narvard.core.errors import Refused

SHIPPED = Path(__file__).with_name("codes.yaml")


class UnknownCode(Refused):
    """A code that stands in no list we have."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code with its text; ``system`` is "kva" or "nv", ``source`` where the text was read."""

    code: str
    system: str
    text: str
    source: str = ""

    @property
    def label(self) -> str:
        """Code and text, as a page and a journal show it."""
        return f"{self.code} {self.text}"


@cache
def all_codes() -> Mapping[str, Code]:
    """Every code by its name: those shipped, and the care provider's own file over them."""
    own = settings.NARVARD_VISIT_CODES
    return {c.code: c for path in (SHIPPED, *([Path(own)] if own else [])) for c in read(path)}


def read(path: Path) -> list[Code]:
    """The codes of a file; raises ``ImproperlyConfigured`` naming the file and the fault."""
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))["codes"]
        return [Code(**row) for row in rows]
    except (OSError, yaml.YAMLError, TypeError, KeyError) as error:
        raise ImproperlyConfigured(f"Visit codes in {path}: {error}") from error


def labels(codes: Iterable[str]) -> list[str]:
    """Code and text of each; a code that has left the list since is shown alone."""
    known = all_codes()
    return [known[code].label if code in known else code for code in codes]


def check(codes: Iterable[str]) -> None:
    """Raise :class:`UnknownCode` for the first code that stands in no list."""
    for code in codes:
        if code not in all_codes():
            raise UnknownCode(_("Åtgärdskoden %(code)s finns inte i listan.") % {"code": code})
