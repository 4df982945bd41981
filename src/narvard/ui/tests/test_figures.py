"""Numbers as people write them: rounded, spaced, with a real minus, unknown as unknown."""

from decimal import Decimal

import pytest
from django.utils import translation

from narvard.ui.figures import figure, percentage


@pytest.mark.parametrize(
    ("value", "decimals", "swedish", "english"),
    [
        (31227, 0, "31\xa0227", "31,227"),
        (-12345.67, 1, "−12\xa0345,7", "−12,345.7"),
        (14.45, 1, "14,5", "14.5"),
        (0.5, 0, "1", "1"),
        (Decimal("2.005"), 2, "2,01", "2.01"),
        (None, 0, "okänt", None),
    ],
)
def test_a_figure_is_rounded_and_written_in_the_readers_language(value, decimals, swedish, english):
    with translation.override("sv"):
        assert figure(value, decimals) == swedish
    if english:
        with translation.override("en"):
            assert figure(value, decimals) == english


@pytest.mark.parametrize(
    ("share", "swedish", "english"), [(0.146, "15 %", "15%"), (0, "0 %", "0%"), (1.0, "100 %", "100%")]
)
def test_a_share_is_rounded_and_written_as_the_language_writes_it(share, swedish, english):
    with translation.override("sv"):
        assert percentage(share) == swedish
    with translation.override("en"):
        assert percentage(share) == english


def test_an_unknown_share_is_said_to_be_unknown():
    assert percentage(None) == "okänt"
