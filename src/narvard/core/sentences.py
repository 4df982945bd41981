"""Sentences kept in the record, read in the language of the page.

The record is Swedish whoever writes it: what is stored is marked with ``gettext_noop`` and filled in as it stands.
A page in another language looks the sentence up again, together with the words that were filled in.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from django.utils.translation import gettext

_HOLE = re.compile(r"%\((\w+)\)[sd]")


def read_again(text: str, patterns: Iterable[str] = (), without: Mapping[str, str] | None = None) -> str:
    """``text`` in the active language: one of the Swedish ``patterns`` filled in, or a known text; else as it stands.

    The first pattern that fits is taken, so a narrower one comes before a wider. What people have written themselves
    is no known text and is left alone. ``without`` gives other words for holes whose own must not be read here.
    """
    for pattern in patterns:
        if found := _shape(pattern).fullmatch(text):
            return _filled(gettext(pattern), found, without or {})
    return gettext(text)


def _filled(sentence: str, found: re.Match[str], without: Mapping[str, str]) -> str:
    """``sentence`` with the words that were found, each in the active language where it is known."""
    return _HOLE.sub(lambda hole: without.get(hole[1]) or gettext(found[hole[1]]), sentence)


@cache
def _shape(pattern: str) -> re.Pattern[str]:
    """An expression with a group for each hole in ``pattern``."""
    parts = _HOLE.split(pattern)
    return re.compile(
        "".join(f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts)), re.DOTALL
    )
