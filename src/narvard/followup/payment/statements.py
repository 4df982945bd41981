"""A month's statement: every krona follows from a part of the terms, a patient's days, or a visit."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q, QuerySet
from django.utils import timezone

from narvard.care.models import Episode, HospitalStay
from narvard.core.calendar import at_local
from narvard.followup.payment import terms
from narvard.followup.payment.models import Agreement, PartDecision, Settled
from narvard.organisation.models import CareProvider, Commission
from narvard.visits.models import Visit, VisitRole

NOON = 12 * 60
ORE = Decimal("0.01")
Rule = Agreement.Rule


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, how much of it, at which price, and the rows that it follows from."""

    what: str
    on: str
    quantity: Decimal
    price: Decimal
    amount: Decimal
    rows: tuple[str, ...] = ()

    def stored(self) -> dict[str, object]:
        """As a settled statement keeps it."""
        told = {name: str(getattr(self, name)) for name in ("what", "on", "quantity", "price", "amount")}
        return {**told, "rows": list(self.rows)}


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines of one month, and whether they are settled."""

    agreement: Agreement
    month: date
    lines: Sequence[Line]
    settled: Settled | None = None

    @property
    def total(self) -> Decimal:
        """Kronor."""
        return sum((line.amount for line in self.lines), Decimal(0))


def agreements(by: Commission) -> QuerySet[Agreement]:
    """The agreements in which the commission's provider takes part."""
    party = Q(payer=by.unit.provider_id) | Q(payee=by.unit.provider_id)
    return Agreement.objects.filter(party).select_related("payer", "payee", "programme")


def may_trace(by: Commission, agreement: Agreement) -> bool:
    """Whether the reader may be told which rows a line follows from: only who gave the care."""
    return by.unit.provider_id == agreement.payee_id


def next_month(month: date) -> date:
    """The first day of the month after."""
    return month.replace(day=1) + timedelta(days=monthrange(month.year, month.month)[1])


def statement(agreement: Agreement, month: date, at: datetime) -> Statement:
    """The settled statement of the month, else what it is as of ``at``."""
    kept = Settled.objects.filter(agreement=agreement, month=month).first()
    if kept is not None:
        return Statement(agreement, month, [_read(row) for row in kept.lines], kept)
    found = terms.read(agreement.rule, agreement.terms)
    first, after = max(month, agreement.since), min(next_month(month), agreement.until or date.max)
    last = min(after, timezone.localdate(at) + timedelta(days=1))
    if first >= last:
        return Statement(agreement, month, [])
    reckon = {Rule.OUTCOME: _outcome, Rule.DAYS: _days, Rule.PERSONNEL: _hours, Rule.SERVICE: _visits}
    return Statement(agreement, month, list(reckon[Rule(agreement.rule)](agreement, found, first, last)))


def _read(row: dict[str, object]) -> Line:
    numbers = {name: Decimal(str(row[name])) for name in ("quantity", "price", "amount")}
    rows = row["rows"]
    return Line(str(row["what"]), str(row["on"]), rows=tuple(rows) if isinstance(rows, list) else (), **numbers)


def _line(what: str, on: str, quantity: Decimal, price: Decimal, rows: tuple[str, ...] = ()) -> Line:
    return Line(what, on, quantity, price, (quantity * price).quantize(ORE, ROUND_HALF_UP), rows)


def _outcome(agreement: Agreement, told: terms.Terms, first: date, last: date) -> Iterator[Line]:
    """A twelfth of the year's sum: the fixed part, and each outcome part as it was decided (not decided: nothing)."""
    month = first.replace(day=1)
    twelfth = told.sum / 12
    yield _line("fixed", month.isoformat(), told.fixed, twelfth)
    met = decided(agreement, month)
    for part in terms.PARTS:
        share: Decimal = getattr(told, part)
        if share:
            paid = part in met and met[part].met
            rows = (str(met[part].pk),) if part in met else ()
            words = part if part in met else f"{part}-undecided"
            yield _line(words, month.isoformat(), share if paid else Decimal(0), twelfth, rows)


def decided(agreement: Agreement, month: date) -> dict[str, PartDecision]:
    """The newest decision on each part of the month."""
    return {row.part: row for row in PartDecision.objects.filter(agreement=agreement, month=month).order_by("at")}


def _days(agreement: Agreement, told: terms.Terms, first: date, last: date) -> Iterator[Line]:
    """A line per patient who lives in the payee's municipality: the days on which, at noon, they were enrolled and not
    in hospital."""
    start, end = at_local(first), at_local(last)
    episodes = _of(agreement, Episode.objects.filter(kind=Episode.Kind.ENROLMENT, started_at__lt=end))
    episodes = episodes.filter(Q(ended_at=None) | Q(ended_at__gt=start))
    if agreement.payee.municipality_id:
        episodes = episodes.filter(patient__municipality=agreement.payee.municipality_id)
    away: dict[object, list[HospitalStay]] = defaultdict(list)
    stays = HospitalStay.objects.filter(patient__in=episodes.values("patient"), admitted_at__lt=end)
    for stay in stays.filter(Q(discharged_at=None) | Q(discharged_at__gt=start)):
        away[stay.patient_id].append(stay)
    mine: dict[object, list[Episode]] = defaultdict(list)
    for episode in episodes.order_by("started_at", "pk"):
        mine[episode.patient_id].append(episode)
    noons = [at_local(first + timedelta(days=n), NOON) for n in range((last - first).days)]
    for patient, enrolled in mine.items():
        home = [
            noon
            for noon in noons
            if any(_holds(row.started_at, row.ended_at, noon) for row in enrolled)
            and not any(_holds(stay.admitted_at, stay.discharged_at, noon) for stay in away[patient])
        ]
        if home:
            span = f"{timezone.localdate(home[0])}/{timezone.localdate(home[-1])}"
            yield _line("days", span, Decimal(len(home)), told.sum, tuple(str(row.pk) for row in enrolled))


def _holds(since: datetime, until: datetime | None, at: datetime) -> bool:
    return since <= at and (until is None or at < until)


def _of(agreement: Agreement, episodes: "QuerySet[Episode]") -> "QuerySet[Episode]":
    """Those of the agreement's programme: the episode's own, else its team's."""
    if agreement.programme_id is None:
        return episodes
    own = Q(programme=agreement.programme_id)
    return episodes.filter(own | Q(programme=None, unit__team__programme=agreement.programme_id))


def _made(agreement: Agreement, first: date, last: date) -> QuerySet[VisitRole]:
    """The payee's part in visits made, of the payer's patients."""
    visits = Visit.objects.filter(
        state=Visit.State.DONE,
        date__gte=first,
        date__lt=last,
        episode__in=_of(agreement, Episode.objects.filter(unit__provider=agreement.payer_id)),
    )
    rows = VisitRole.objects.filter(visit__in=visits, unit__provider=agreement.payee_id)
    return rows.select_related("visit").order_by("visit__date", "visit__starts_at", "visit_id", "position")


def _hours(agreement: Agreement, told: terms.Terms, first: date, last: date) -> Iterator[Line]:
    """A line for each of the payee's people at a visit: its hours, at the share of an hour's cost."""
    for role in _made(agreement, first, last):
        minutes = Decimal(role.visit.minutes)
        if role.visit.starts_at and role.visit.ends_at:
            minutes = Decimal((role.visit.ends_at - role.visit.starts_at).total_seconds()) / 60
        hours = (minutes / 60).quantize(ORE, ROUND_HALF_UP)
        yield _line("hours", role.visit.date.isoformat(), hours, told.sum * told.fixed, (str(role.visit_id),))


def _visits(agreement: Agreement, told: terms.Terms, first: date, last: date) -> Iterator[Line]:
    """A line per visit in which the payee took part, however many came."""
    seen = set()
    for role in _made(agreement, first, last):
        if role.visit_id not in seen:
            seen.add(role.visit_id)
            yield _line("visit", role.visit.date.isoformat(), Decimal(1), told.sum * told.fixed, (str(role.visit_id),))


def by_party(by: Commission, month: date, at: datetime) -> list[tuple[CareProvider, Decimal, Decimal]]:
    """For each other party: what the own provider pays it and is paid by it, of the month."""
    own = by.unit.provider_id
    sums: dict[CareProvider, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for agreement in agreements(by):
        pays = agreement.payer_id == own
        other = agreement.payee if pays else agreement.payer
        sums[other][0 if pays else 1] += statement(agreement, month, at).total
    return [(other, paid, received) for other, (paid, received) in sorted(sums.items(), key=lambda row: row[0].name)]
