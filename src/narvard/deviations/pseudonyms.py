"""Texts without the patient: what a reader sees who may not open the patient that a deviation is about."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from narvard.people.models import Patient

# A personal identity number, written in any of the usual ways.
_NUMBER = re.compile(r"(?<!\d)(?:\d{2})?\d{6}[-+ ]?\d{4}(?!\d)")
_SHORTEST = 3


def pseudonymised(text: str, patient: Patient | None) -> str:
    """The text with the patient's and relatives' names, numbers and address taken out.

    Fetch ``identifiers``, ``relatives`` and ``addresses`` with the patient. It finds what the register knows;
    a nickname or a story that points the person out can stay, so texts ask the writer to leave names out.
    """
    hidden = _NUMBER.sub(_("[nummer]"), text)
    words = sorted(_words(patient), key=len, reverse=True) if patient else []
    if not words:
        return hidden
    # Whole words, with the Swedish genitive.
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})s?(?!\w)", re.IGNORECASE)
    shown = pattern.sub(_("[patienten]"), hidden)
    again = re.escape(_("[patienten]"))
    return re.sub(rf"{again}(?:[\s-]+{again})+", _("[patienten]"), shown)


def _words(patient: Patient) -> set[str]:
    names = [patient.given_name, patient.family_name, *(row.name for row in patient.relatives.all())]
    phones = [patient.phone, *(row.phone for row in patient.relatives.all())]
    places = [part for row in patient.addresses.all() for part in (row.street, _street(row.street))]
    if patient.hidden:
        places += [row.place for row in patient.addresses.all()]
    values = [row.value for row in patient.identifiers.all()]
    return {word for word in [*_parts(names), *phones, *places, *values] if len(word) >= _SHORTEST}


def _parts(names: Iterable[str]) -> list[str]:
    """Each name, and each of its parts."""
    return [part for name in names for part in (name, *re.split(r"[\s-]+", name))]


def _street(address: str) -> str:
    """The street without the number on it."""
    return re.sub(r"\s+\d.*$", "", address)
