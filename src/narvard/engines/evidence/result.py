"""What every method gives back: an estimate that says in words what it is, and what it cannot say."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from narvard.engines.evidence import words
from narvard.engines.evidence.errors import BadNumberError


class Scale(StrEnum):
    """What kind of figure an estimate is."""

    RATIO = "ratio"
    DIFFERENCE = "difference"
    SHARE = "share"
    RATE = "rate"
    TIME = "time"

    @property
    def none(self) -> float | None:
        """The value that means no effect; None where the figure compares nothing."""
        return {"ratio": 1.0, "difference": 0.0}.get(self.value)


class Design(StrEnum):
    """How the comparison was made."""

    DESCRIPTION = "description"
    BEFORE_AFTER = "before_after"
    UNADJUSTED = "unadjusted"
    ADJUSTED = "adjusted"
    EXPERIMENT = "experiment"
    MATCHED = "matched"
    WEIGHTED = "weighted"
    DID = "did"
    ITS = "its"
    ITS_CONTROLLED = "its_controlled"
    STEPPED = "stepped"
    SURVIVAL = "survival"


class Light(StrEnum):
    """A traffic light against self-deception: about the comparison, never about how good the outcome is."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    GREY = "grey"


UNCONTROLLED = frozenset({Design.BEFORE_AFTER, Design.UNADJUSTED})
HALF_CONTROLLED = frozenset({Design.ITS, Design.ADJUSTED})
"""Designs that can never be green: nothing but measured differences or the own past stands against them."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval; its ends may be infinite. Raises `BadNumberError` when they are the wrong way round."""

    low: float
    high: float
    level: float = 0.95

    def __post_init__(self) -> None:
        """Check the order of the ends."""
        if self.low > self.high:
            raise BadNumberError(f"an interval from {self.low} to {self.high} has its ends the wrong way round")

    def covers(self, value: float) -> bool:
        """Whether the value lies in the closed interval."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Note:
    """A warning by code (`words.WARNINGS`) with the figures that are filled in."""

    code: str
    values: Mapping[str, float | int | str] = field(default_factory=dict)

    def text(self, language: str = "sv") -> str:
        """The warning in words."""
        filled = {name: words.number(value, language) for name, value in self.values.items()}
        return words.word(words.WARNINGS, self.code, language).format(**filled)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A result in words, line by line, for a page or a report."""

    compared: str
    figure: str
    verdict: str
    light: str
    cannot_say: str
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]

    def lines(self) -> list[str]:
        """All of it, the most important first."""
        return [self.compared, self.figure, self.verdict, self.light, *self.warnings, self.cannot_say]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure with its interval, what stands behind it and what speaks against it.

    `n` counts persons or, where the method follows units or periods, those. `details` holds further figures by name.
    """

    estimate: float
    interval: Interval
    n: int
    scale: Scale
    design: Design
    assumptions: tuple[str, ...] = ()
    warnings: tuple[Note, ...] = ()
    standard_error: float = float("nan")
    details: Mapping[str, float] = field(default_factory=dict)

    @property
    def light(self) -> Light:
        """Red without a control, amber with a warning or half a control, else green; grey if nothing is compared."""
        if self.design in UNCONTROLLED:
            return Light.RED
        if self.scale.none is None:
            return Light.GREY
        return Light.AMBER if self.warnings or self.design in HALF_CONTROLLED else Light.GREEN

    @property
    def covers_no_effect(self) -> bool | None:
        """Whether the interval contains no effect; None where nothing is compared."""
        return None if self.scale.none is None else self.interval.covers(self.scale.none)

    @property
    def verdict(self) -> str:
        """Code of the conclusion in words. An uncontrolled figure never gets one about effect."""
        if self.scale.none is None:
            return "description"
        if self.design in UNCONTROLLED:
            return "uncontrolled"
        if self.covers_no_effect:
            return "none"
        return "lower" if self.estimate < self.scale.none else "higher"

    def warned(self, *notes: Note) -> "Estimate":
        """The same estimate with further warnings."""
        return replace(self, warnings=(*self.warnings, *notes))

    def explain(self, language: str = "sv") -> Explanation:
        """The result in plain words."""
        times = 100 if self.scale is Scale.SHARE else 1
        digits = 0 if self.scale is Scale.SHARE else 2
        ends = {"estimate": self.estimate, "low": self.interval.low, "high": self.interval.high}
        figures = {name: words.number(value * times, language, digits) for name, value in ends.items()}
        level = f"{100 * self.interval.level:g}".replace(".", "," if language == "sv" else ".")
        return Explanation(
            compared=words.word(words.SENTENCES, "compared", language).format(
                design=words.word(words.DESIGNS, self.design, language), n=words.number(self.n, language)
            ),
            figure=words.word(words.SENTENCES, self.scale, language).format(level=level, **figures),
            verdict=words.word(words.VERDICTS, self.verdict, language),
            light=words.word(words.LIGHTS, self.light, language),
            cannot_say=words.word(words.CANNOT_SAY, self.design, language),
            assumptions=tuple(words.word(words.ASSUMPTIONS, code, language) for code in self.assumptions),
            warnings=tuple(note.text(language) for note in self.warnings),
        )
