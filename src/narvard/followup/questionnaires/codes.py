"""Letter codes: easy to read aloud and to type on a phone, never kept as they are."""

import secrets

from django.utils.crypto import salted_hmac

# No vowels (no words), nothing that looks like a digit or another letter.
LETTERS = "BCDFGHJKLMNPRSTVWXZ"
LENGTH = 8


def new_code() -> str:
    """A code such as BCDF-GHJK: one of 17 thousand million."""
    letters = "".join(secrets.choice(LETTERS) for _each in range(LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def digest(code: str) -> str:
    """What is kept of a code, whatever way it was typed."""
    letters = "".join(letter for letter in code.upper() if letter.isalpha())
    return salted_hmac("narvard.survey-code", letters, algorithm="sha256").hexdigest()
