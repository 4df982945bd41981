"""What differs between two texts, line by line, for a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Change:
    """One line of a comparison: ``kind`` is added, removed, same, or place (where in the texts it is)."""

    kind: str
    text: str


_KINDS = {"+": "added", "-": "removed", " ": "same", "@": "place"}


def changes(before: str, after: str) -> list[Change]:
    """The lines that differ, with two lines about them; empty when the texts are the same."""
    return list(_lines(before, after))


def _lines(before: str, after: str) -> Iterator[Change]:
    compared = unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm="")
    for number, line in enumerate(compared):
        # The first two lines name the files.
        if number >= 2:
            yield Change(_KINDS[line[0]], _place(line) if line[0] == "@" else line[1:])


def _place(line: str) -> str:
    """ "@@ -10,5 +10,5 @@" in words: the first line that is shown of the new text."""
    return _("Rad %(n)s") % {"n": line.split("+")[1].split(" ")[0].split(",")[0]}
