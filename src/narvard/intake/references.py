"""The request's short reference, made to be said on the phone: eight characters, none easily misheard."""

import uuid

from narvard.intake.models import CareRequest

# Without 0, 1, I, O, U and V, which are mistaken for one another.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTWXYZ"
_LENGTH = 8


def reference_of(request: uuid.UUID, turn: int = 0) -> str:
    """The ``turn``-th reference that follows from the request's id: ``7K3P-9QXA``."""
    number = (request.int >> (16 * turn)) % len(_ALPHABET) ** _LENGTH
    letters = []
    for _place in range(_LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    text = "".join(letters)
    return f"{text[:4]}-{text[4:]}"


def free_reference(request: uuid.UUID) -> str:
    """The first of the id's references that nobody has (the second is needed once in a hundred billion)."""
    tries = [reference_of(request, turn) for turn in range(4)]
    taken = set(CareRequest.objects.filter(reference__in=tries).values_list("reference", flat=True))
    return next(text for text in tries if text not in taken)
