"""What planning stored in Swedish is read in the language of the page."""

import pytest
from django.utils import translation

from narvard.visits.sentences import PATTERNS, read_stored

READINGS = [
    ("Söker en bättre plan. Utan plats än: 7.", "Looking for a better plan. Without a place so far: 7."),
    ("Dagen är full: andra besök gick före eller låg bättre till.", "The day is full: other visits came first"),
    ("Ingen på 1177 på telefon arbetar den dagen.", "Nobody at 1177 på telefon works that day."),
    ("Ingen sjuksköterska på Teamet arbetar den dagen.", "No nurse at Teamet works that day."),
    (
        "Ingen med kompetensen IV på Teamet arbetar den dagen.",
        "Nobody with the competence IV at Teamet works that day.",
    ),
    (
        "Inget arbetspass på Teamet rymmer besöket 17:00–18:00.",
        "No shift at Teamet has room for the visit 17:00–18:00.",
    ),
]


@pytest.mark.parametrize(("stored", "english"), READINGS)
def test_a_stored_sentence_is_read_in_english(stored: str, english: str) -> None:
    with translation.override("en"):
        assert read_stored(stored).startswith(english)


@pytest.mark.parametrize("stored", [stored for stored, _ in READINGS])
def test_in_swedish_it_stands_as_it_was_stored(stored: str) -> None:
    with translation.override("sv"):
        assert read_stored(stored) == stored


@pytest.mark.parametrize("written", ["Ingen öppnade, ringde på två gånger.", "Hunden 100% arg (%(n)d)\nrad två", ""])
def test_what_people_wrote_is_left_alone(written: str) -> None:
    with translation.override("en"):
        assert read_stored(written) == written


def test_every_pattern_finds_itself() -> None:
    """No pattern is hidden by one before it."""
    words = dict.fromkeys(("n", "unit", "competence", "profession", "window", "ward"), 7)
    with translation.override("en"):
        for pattern in PATTERNS:
            assert read_stored(pattern % words) == translation.gettext(pattern) % words
