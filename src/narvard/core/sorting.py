"""Swedish sort and search keys, made in Python and stored, so that no database collation is needed."""

import unicodedata

# å, ä, ö come after z in Swedish; é sorts as e, ü as y.
_SWEDISH = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "ü": "y", "ß": "ss"})


def sort_key(*parts: str) -> str:
    """A key whose code-point order is Swedish dictionary order; parts are separated below every letter."""
    return "\x1f".join(_fold(part) for part in parts)


def _fold(text: str) -> str:
    swedish = unicodedata.normalize("NFC", text.strip()).casefold().translate(_SWEDISH)
    decomposed = unicodedata.normalize("NFD", swedish)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
