"""Need by municipality, age band and segment: population × named share assumptions. Pure, no database.

Populations and shares are kept and everything else derived from them, so no rounded number is ever added up
(the sources do, and disagree with themselves: see docs/capacity.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Segment(StrEnum):
    """Needs segment of persons aged 65+, most demanding first (seed 000).

    Seed 001 calls the third one Riskgrupper.
    """

    MOST_SICK = "mest_sjuka"
    PERIODICALLY_FRAIL = "multisviktande"
    FRAIL = "sviktande"
    OTHER = "ovriga"


class AgeBand(StrEnum):
    """Age bands that the population file can be split into."""

    FROM_65 = "65-74"
    FROM_75 = "75-79"
    FROM_80 = "80-84"
    FROM_85 = "85+"


@dataclass(frozen=True, slots=True)
class Population:
    """Persons aged 65+ of one municipality by age band, and the number of residents."""

    municipality: str
    residents: int
    bands: Mapping[AgeBand, float]

    def __post_init__(self) -> None:
        if set(self.bands) != set(AgeBand):
            raise ValueError(f"{self.municipality}: every age band must be given once")
        if min(self.bands.values()) < 0:
            raise ValueError(f"{self.municipality}: a band cannot hold fewer than 0 persons")

    @property
    def aged_65plus(self) -> float:
        """Persons aged 65 or older."""
        return sum(self.bands.values())


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Shares of all aged 65+ by segment, of each segment in need of a mobile team, and the age gradient.

    `gradient` says how much likelier a person of a band is to be in a segment than one aged 75-79. No source
    gives it: it moves need between age bands and never changes the sum of a municipality.
    """

    share_of_65plus: Mapping[Segment, float]
    mobile_team_share: Mapping[Segment, float]
    gradient: Mapping[AgeBand, float] = field(
        default_factory=lambda: {
            AgeBand.FROM_65: 0.45,
            AgeBand.FROM_75: 1.0,
            AgeBand.FROM_80: 1.6,
            AgeBand.FROM_85: 2.6,
        }
    )

    def __post_init__(self) -> None:
        for shares in (self.share_of_65plus, self.mobile_team_share):
            if any(not 0 <= share <= 1 for share in shares.values()):
                raise ValueError("a share lies between 0 and 1")
        if sum(self.share_of_65plus.values()) > 1:
            raise ValueError("the segments' shares of the aged 65+ add up to more than 1")


@dataclass(frozen=True, slots=True)
class Need:
    """Persons, unrounded, of one municipality, age band and segment."""

    municipality: str
    age_band: AgeBand
    segment: Segment
    persons: float


# Seeds 000 and 001: 5 % most sick, up to 15 % with the periodically frail, up to 25 % with those at risk.
# Seed 001: the most sick and about half of the periodically frail need a mobile team.
SEED_SHARES = Assumptions(
    share_of_65plus={Segment.MOST_SICK: 0.05, Segment.PERIODICALLY_FRAIL: 0.10, Segment.FRAIL: 0.10},
    mobile_team_share={Segment.MOST_SICK: 1.0, Segment.PERIODICALLY_FRAIL: 0.5},
)


def needs(population: Population, assumptions: Assumptions) -> list[Need]:
    """The cells of one municipality: every age band × every segment, summing to its population aged 65+."""
    weights = {band: population.bands[band] * assumptions.gradient[band] for band in AgeBand}
    total_weight = sum(weights.values())
    return [
        Need(population.municipality, band, segment, persons)
        for band in AgeBand
        for segment, persons in _band(population, assumptions, band, weights[band] / total_weight).items()
    ]


def _band(population: Population, assumptions: Assumptions, band: AgeBand, part: float) -> dict[Segment, float]:
    """Persons by segment in one band that holds `part` of each segment."""
    held = {segment: population.aged_65plus * share * part for segment, share in assumptions.share_of_65plus.items()}
    other = population.bands[band] - sum(held.values())
    if other < 0:
        raise ValueError(
            f"{population.municipality}, {band}: the age gradient puts more persons in segments than live there"
        )
    return {**held, Segment.OTHER: other}
