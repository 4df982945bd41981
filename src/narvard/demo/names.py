"""Invented persons' names and phone numbers that cannot reach anybody."""

import random
from functools import cache

from narvard.demo import sources

# Series that PTS sets aside for fiction: no subscriber can have these numbers.
_FICTIONAL_MOBILES = tuple(f"070-174 06 {tail:02}" for tail in range(5, 100))
_FICTIONAL_LANDLINES = (
    *(f"0980-319 2{tail:02}" for tail in range(50)),
    *(f"031-390 06 {tail:02}" for tail in range(50)),
    *(f"040-628 04 {tail:02}" for tail in range(50)),
    *(f"08-465 004 {tail:02}" for tail in range(50)),
)


def fictional_phones() -> frozenset[str]:
    """Every number the demo may show."""
    return frozenset(_FICTIONAL_MOBILES + _FICTIONAL_LANDLINES)


def mobile(rng: random.Random) -> str:
    """A mobile number out of PTS's fictional series."""
    return rng.choice(_FICTIONAL_MOBILES)


def landline(place: int) -> str:
    """The fictional landline number in `place`, counted round the series."""
    return _FICTIONAL_LANDLINES[place % len(_FICTIONAL_LANDLINES)]


@cache
def _given_names(file: str, typical: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[float, ...]]:
    rows = [row for row in sources.name_counts(file) if row.typical in typical]
    # The square root flattens the tops, so that a list of fifty persons does not hold eight of one name.
    return tuple(row.name for row in rows), tuple(row.count**0.5 for row in rows)


@cache
def _family_names() -> tuple[tuple[str, ...], tuple[float, ...]]:
    rows = sources.name_counts("surnames")
    return tuple(row.name for row in rows), tuple(row.count**0.5 for row in rows)


def given_name(rng: random.Random, *, woman: bool, age: int) -> str:
    """A first name that was given to people of that age and sex."""
    typical = ("old", "both") if age >= 60 else ("child", "both") if age < 25 else ("adult",)
    names, weights = _given_names("names_women" if woman else "names_men", typical)
    return rng.choices(names, weights=weights)[0]


def family_name(rng: random.Random) -> str:
    """A surname by how common it is."""
    names, weights = _family_names()
    return rng.choices(names, weights=weights)[0]
