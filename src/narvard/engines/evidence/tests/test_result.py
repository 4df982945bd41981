"""A result says in words what it is: every design in both languages, and the light never lies."""

import pytest

from narvard.engines.evidence import BadNumberError, Design, Estimate, Interval, Light, Note, Scale, words
from narvard.engines.evidence.result import HALF_CONTROLLED, UNCONTROLLED


def of(design: Design, scale: Scale = Scale.RATIO, low: float = 0.5, high: float = 0.9, *notes: Note) -> Estimate:
    return Estimate(0.7, Interval(low, high), 1234, scale, design, ("parallel_trends",), notes)


@pytest.mark.parametrize("design", Design)
@pytest.mark.parametrize("scale", Scale)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_result_has_words(design: Design, scale: Scale, language: str) -> None:
    told = of(design, scale).explain(language)
    assert all(told.lines())
    assert "{" not in " ".join(told.lines())


@pytest.mark.parametrize("table", [words.WARNINGS, words.ASSUMPTIONS, words.CANNOT_SAY, words.DESIGNS, words.LIGHTS])
def test_every_text_is_in_both_languages(table: dict[str, dict[str, str]]) -> None:
    assert all(set(texts) == {"sv", "en"} and all(texts.values()) for texts in table.values())


def test_the_light() -> None:
    for design in UNCONTROLLED:
        assert of(design).light is Light.RED
    for design in HALF_CONTROLLED:
        assert of(design).light is Light.AMBER
    assert of(Design.DID).light is Light.GREEN
    assert of(Design.DID, Scale.RATIO, 0.5, 0.9, Note("pre_trend", {"p": 0.01})).light is Light.AMBER
    assert of(Design.DID, Scale.SHARE).light is Light.GREY


def test_the_verdict_depends_on_the_interval_not_on_the_figure() -> None:
    assert of(Design.DID).verdict == "lower"
    assert of(Design.DID, Scale.RATIO, 0.5, 1.1).verdict == "none"
    assert of(Design.DID, Scale.DIFFERENCE).verdict == "higher"
    assert of(Design.BEFORE_AFTER).verdict == "uncontrolled"


def test_swedish_numbers_have_a_comma() -> None:
    told = of(Design.DID).explain("sv")
    assert "0,70" in told.figure
    assert "1\u00a0234" in told.compared
    assert "0.70" in of(Design.DID).explain("en").figure
    assert words.number(float("inf"), "sv") == "∞"
    assert words.number(float("nan"), "sv") == "okänt"
    assert words.number(-0.5, "sv") == "−0,50"


def test_an_interval_the_wrong_way_round() -> None:
    with pytest.raises(BadNumberError):
        Interval(2.0, 1.0)
