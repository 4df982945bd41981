"""What the counters add up: by indicator, programme, municipality and segment of the person."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from narvard.followup.indicators.periods import Period
from narvard.organisation.models import Municipality
from narvard.people.models import Patient, SegmentAssignment

# The programme's key; empty is all of them.
Programme = str
Key = tuple[str, Programme, str, str]


@dataclass(slots=True)
class Sums:
    """A numerator and a denominator; `people` behind the numerator where they are not those counted; `total` and
    `squares` of values for a mean; hours waited by whether they ended."""

    count: int = 0
    of: float = 0.0
    total: float = 0.0
    squares: float = 0.0
    people: int = 0
    times: Counter[tuple[float, bool]] = field(default_factory=Counter)

    def add(self, other: "Sums") -> None:
        """Add another's sums to these."""
        self.count += other.count
        self.of += other.of
        self.total += other.total
        self.squares += other.squares
        self.people += other.people
        self.times.update(other.times)


@dataclass(frozen=True)
class Tally:
    """The period's sums. An empty programme is all of them, where each person is counted once."""

    period: Period
    sums: dict[Key, Sums] = field(default_factory=lambda: defaultdict(Sums))

    @cached_property
    def places(self) -> Mapping[uuid.UUID, str]:
        """The municipality's code of each person of the area."""
        area = self.period.care_area
        rows = Patient.objects.filter(municipality__care_area=area).order_by()
        return dict(rows.values_list("pk", "municipality"))

    @cached_property
    def segments(self) -> Mapping[uuid.UUID, str]:
        """The segment of each person when the period ended."""
        rows = SegmentAssignment.objects.filter(since__lte=self.period.last).order_by("since")
        return dict(rows.values_list("patient", "segment"))

    def at(self, indicator: str, programme: Programme, place: str, segment: str) -> Sums:
        """The sums of one municipality and segment."""
        return self.sums[indicator, programme, place, segment]

    def of_person(self, indicator: str, programme: Programme, patient: uuid.UUID) -> Sums | None:
        """The sums that a person counts in; None of one who lives elsewhere."""
        place = self.places.get(patient)
        return None if place is None else self.at(indicator, programme, place, self.segments.get(patient, ""))

    def met(self, indicator: str, programme: str | None, patient: uuid.UUID, *, met: bool) -> None:
        """One thing of a person, that was met or not; counted for its programme and for all."""
        for each in {programme or "", ""}:
            sums = self.of_person(indicator, each, patient)
            if sums is not None:
                sums.of += 1
                sums.count += met

    def value(self, indicator: str, programme: Programme, patient: uuid.UUID, value: float, count: int = 0) -> None:
        """A person's own measure, one of those a mean is made of."""
        sums = self.of_person(indicator, programme, patient)
        if sums is not None:
            sums.add(Sums(count, 1, value, value * value))

    def people(self, indicator: str, among: Iterable[tuple[uuid.UUID, str | None]], counted: set[uuid.UUID]) -> None:
        """Of each person in ``among`` (with the programmes they are in), whether they are in ``counted``."""
        for patient, programme in each_once(among):
            sums = self.of_person(indicator, programme, patient)
            if sums is not None:
                sums.of += 1
                sums.count += patient in counted


def each_once(rows: Iterable[tuple[uuid.UUID, str | None]]) -> set[tuple[uuid.UUID, Programme]]:
    """Each person once for all, and once in each programme."""
    return {(patient, each) for patient, programme in rows for each in (programme or "", "")}


def municipalities(care_area: str) -> list[Municipality]:
    """The area's municipalities, in order."""
    return list(Municipality.objects.filter(care_area=care_area))
