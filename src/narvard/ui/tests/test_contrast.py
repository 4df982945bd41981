"""Colours: each pair of text and ground that the product uses meets WCAG 2.2 AA, in light and in dark."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parent.parent / "static" / "ui" / "css" / "tokens.css"

STATES = ("late", "nearly", "waiting", "done")
GROUNDS = ("ground", "surface", "sunken")
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-quiet", "accent") for ground in GROUNDS),
    *((state, f"{state}-soft") for state in STATES),
    *((state, ground) for state in STATES for ground in GROUNDS),
    *(("ink", f"{name}-soft") for name in (*STATES, "accent")),
    *(("ink-quiet", f"{name}-soft") for name in (*STATES, "accent")),
    ("accent", "accent-soft"),
    ("accent-strong", "accent-soft"),
    ("waiting", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]
EDGES = [(mark, ground) for mark in ("edge", "focus") for ground in GROUNDS]


def palette():
    """Every colour token: name to (light, dark)."""
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", TOKENS.read_text("utf-8"))
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_itself_is_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_is_readable(text, ground, theme):
    colours = palette()
    assert contrast(colours[text][theme], colours[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), EDGES)
def test_the_edges_of_fields_and_the_focus_are_seen(mark, ground, theme):
    colours = palette()
    assert contrast(colours[mark][theme], colours[ground][theme]) >= 3


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_colour_token_has_a_light_and_a_dark_side(theme):
    names = re.findall(r"--([\w-]+): (?:light-dark|#)", TOKENS.read_text("utf-8").split("@media")[0])
    assert set(names) == set(palette())
