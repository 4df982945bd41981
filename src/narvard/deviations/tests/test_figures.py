"""Counting: whose, how late, how soon answered; and what leaves the page on paper."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from narvard.deviations import actions
from narvard.deviations.figures import SMALL, figures, masked
from narvard.deviations.tests.factories import AT, DAY

YEAR = timedelta(days=365)


def counted(by, at=AT + 2 * DAY):
    return figures(by, since=AT - YEAR, until=AT + YEAR, at=at)


def test_open_late_answered_and_the_median(world):
    world.answered(at=AT + DAY)
    world.report(at=AT - 10 * DAY, kind="delay")
    for days in (2, 6):
        row = actions.receive(deviation=world.report(), by=world.nurse, at=AT + DAY)
        actions.answer(deviation=row, cause="A", measures="B", by=world.nurse, at=AT + days * DAY)
    total = counted(world.mas, at=AT + 7 * DAY).received.total
    assert (total.reported, total.open, total.late, total.answered, total.median_days) == (4, 4, 1, 3, 2.0)


def test_by_unit_kind_and_month_each_way(world):
    world.report()
    world.report(kind="delay", at=AT - 40 * DAY)
    received, reported = counted(world.mas).received, counted(world.chief).reported
    assert [(each.label, each.reported) for each in received.by_unit] == [("Hemsjukvården Vännäs", 2)]
    assert [(each.label, each.reported) for each in reported.by_unit] == [("Mobila teamet", 2)]
    assert [(each.label, each.reported) for each in received.by_month] == [("2026-10", 1), ("2026-11", 1)]
    assert {each.label for each in received.by_kind} == {"överlämning", "försening"}
    assert counted(world.mas).reported.total.reported == counted(world.chief).received.total.reported == 0


def test_another_provider_counts_nothing(world):
    world.report()
    found = counted(world.other_mas)
    assert found.received.total.reported == found.reported.total.reported == 0


def test_a_second_answer_does_not_change_when_it_was_answered(world):
    row = actions.reopen(deviation=world.answered(at=AT + DAY), reason="Mer", by=world.reporter, at=AT + 2 * DAY)
    actions.answer(deviation=row, cause="A", measures="B", by=world.nurse, at=AT + 9 * DAY)
    assert counted(world.mas).received.total.median_days == 1.0


def test_only_the_asked_period_is_counted(world):
    world.report(at=AT)
    assert figures(world.mas, since=AT, until=AT + DAY, at=AT).received.total.reported == 1
    assert figures(world.mas, since=AT + DAY, until=AT + YEAR, at=AT).received.total.reported == 0
    assert figures(world.mas, since=AT - DAY, until=AT, at=AT).received.total.reported == 0


def test_the_number_of_queries_does_not_grow(world, django_assert_num_queries):
    world.report()
    with django_assert_num_queries(4):
        counted(world.mas)
    for _each in range(5):
        world.report()
    with django_assert_num_queries(4):
        counted(world.mas)


@given(st.lists(st.integers(0, 30), max_size=8))
def test_no_small_count_is_shown_and_none_can_be_had_from_the_sum(counts):
    shown = masked(counts)
    hidden = [n for n, mark in zip(counts, shown, strict=True) if mark is None]
    assert all(mark in {None, n} for n, mark in zip(counts, shown, strict=True))
    assert all(mark == 0 or mark >= SMALL for mark in shown if mark is not None)
    assert 0 not in hidden
    nothing_more_to_hide = all(mark in {None, 0} for mark in shown)
    assert not hidden or nothing_more_to_hide or (len(hidden) > 1 and sum(hidden) >= SMALL)
    assert hidden or masked(counts) == counts
