"""The published answers come out again, from the packaged data sets."""

import pytest

from narvard.engines.evidence import DataSetError, data_set
from narvard.engines.evidence.published import (
    SHAPES,
    Row,
    close,
    doctor_visits,
    job_training,
    organ_donations,
    seizures,
    zero,
)

IDS = {
    "epil",
    "epil_without_49",
    "organ_donations",
    "mdvis",
    "mdvis_nb2",
    "mdvis_nb2_adjusted",
    "nsw_experiment",
    "nsw_naive",
    "nsw_matched",
    "nsw_weighted",
}


def test_every_data_set_gives_its_published_answer() -> None:
    rows = [row for work in (seizures, organ_donations, doctor_visits, job_training) for row in work()]
    assert {row.id for row in rows} == IDS
    assert [row for row in rows if not row.ok] == []


def test_errors_lie_near_the_published_ones() -> None:
    for row in seizures():
        assert row.more["se"] == pytest.approx(row.more["expected_se"], rel=0.02)


def test_zero_effect_rows_say_what_they_rest_on() -> None:
    rows = zero(studies=20, seed=1)
    assert {row.id for row in rows} == {"zero_effect_matched_did", "zero_effect_matched_adjusted"}
    assert all(row.more["studies"] == 20 and row.more["naive_claims"] == 1.0 for row in rows)


def test_a_row_outside_its_tolerance_is_wrong() -> None:
    assert close("x", "", 1.0, 1.1, 0.2).ok
    wrong = close("x", "", 1.0, 1.3, 0.2, interval=[0.123456789, 2.0])
    assert not wrong.ok
    assert wrong.as_dict()["interval"] == [0.123457, 2.0]
    assert isinstance(wrong, Row)


def test_a_data_set_that_is_not_as_published_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataSetError):
        data_set("lalonde")
    monkeypatch.setitem(SHAPES, "epil", (1, 1))
    with pytest.raises(DataSetError):
        data_set("epil")
