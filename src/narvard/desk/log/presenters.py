"""What the review pages show, as plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.access.review import rules
from narvard.access.review.models import LogDecision, LogReview, Outcome
from narvard.access.review.queries import Month
from narvard.ui.figures import figure, percentage
from narvard.ui.parts import Entry, Table

_STATES = {Outcome.IN_ORDER: "done", Outcome.ASK: "waiting", Outcome.BREACH: "late"}


@dataclass(frozen=True)
class Item:
    """One item of the queue: the review, the names of its rules, and why they picked it."""

    review: LogReview
    reasons: Sequence[tuple[str, str]]
    state: tuple[str, str]

    @property
    def names(self) -> str:
        """The rules' names in one line."""
        return ", ".join(name for name, _why in self.reasons)


def item(review: LogReview) -> Item:
    """A review (with ``reasons`` fetched) as it is shown, its gravest reason first."""
    known = [row for row in review.reasons.all() if row.rule in rules.BY_KEY]
    ordered = sorted(known, key=lambda row: rules.RANKS[row.rule])
    reasons = [(str(rules.BY_KEY[row.rule].name), rules.said(row.rule, row.params)) for row in ordered]
    return Item(review, reasons, state(review))


def state(review: LogReview) -> tuple[str, str]:
    """How far the review has come: its mark and its words."""
    if not review.outcome:
        return "waiting", _("att granska")
    words = str(Outcome(review.outcome).label)
    return ("done" if review.closed_at else _STATES[Outcome(review.outcome)]), words


def history(decisions: Iterable[LogDecision]) -> list[Entry]:
    """The decisions as a timeline, newest first."""
    return [
        Entry(
            at=row.at,
            title=capfirst(str(row.get_outcome_display())) + (_(", avslutad") if row.closes else ""),
            text=row.note,
            who=f"{row.decided_by.staff.name}, {row.decided_by.unit.name}",
            state=_STATES[Outcome(row.outcome)],
        )
        for row in decisions
    ]


def coverage(months: Sequence[Month]) -> Table:
    """How much has been reviewed, month by month."""
    head = [
        _("Månad"), _("Öppnade journaler"), _("Utvalda"), _("Granskade"), _("Av utvalda"), _("Av alla"),
        _("Misstänkta intrång"),
    ]  # fmt: skip
    rows = [
        [
            date_format(month.first, "F Y"),
            *(number_format(n, force_grouping=True) for n in (month.accesses, month.picked, month.reviewed)),
            percentage(month.done),
            _fine(month.share),
            number_format(month.breaches),
        ]
        for month in months
    ]
    return Table(_("Så mycket av loggen är granskat"), head, rows, frozenset(range(1, 7)))


def _fine(share: float | None) -> str:
    """A small share, in tenths of a per cent."""
    return percentage(None) if share is None else _("%(n)s %%") % {"n": figure(100 * share, 1)}
