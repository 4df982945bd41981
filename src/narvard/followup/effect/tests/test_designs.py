"""Designs without single people: a roll-out by steps and an interrupted series, suggested, reckoned and repeated."""

from datetime import date
from io import StringIO

import pandas as pd
import pytest

from narvard.core import runs
from narvard.core.models import Run
from narvard.followup.effect import actions, designs, months
from narvard.followup.effect.models import EffectStudy
from narvard.followup.effect.reckoning import reckon
from narvard.followup.effect.tasks import start_study
from narvard.followup.effect.tests.factories import AT, make_manager, run_alone
from narvard.followup.effect.tests.rollout import CODES, SINCE, STEPS, UNTIL, make_rollout_world
from narvard.followup.utilisation.models import UtilisationEvent
from narvard.followup.utilisation.queries import Covered

pytestmark = pytest.mark.django_db
PERIOD = (date(2026, 1, 1), date(2026, 9, 1))
AT_ONCE = dict.fromkeys(CODES, date(2026, 2, 1))


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.NARVARD_CLOCK = AT.isoformat()


@pytest.fixture
def by():
    return make_manager()


def reckoned(by, programme, design, starts):
    study = start_study(
        programme=programme, since=PERIOD[0], until=PERIOD[1], by=by, at=AT, design=design, starts=starts
    )
    run = runs.execute(study.run_id, reckon)
    assert run.state == Run.State.DONE, run.error
    study.refresh_from_db()
    return study


def suggested(by, programme, starts):
    return designs.suggest(programme, by.unit.provider_id, *PERIOD, starts)


def test_steps_by_municipality_are_suggested_and_tell_nothing_where_there_is_nothing(by, tmp_path):
    programme = make_rollout_world(by, STEPS)
    found = suggested(by, programme, STEPS)
    assert (found.design, found.possible) == ("stepped", ("stepped", "series"))
    assert (found.begun, found.municipalities, found.months, found.months_before) == (4, 8, 24, 14)
    study = reckoned(by, programme, "stepped", STEPS)
    main = study.result["estimates"]["bed_days"]
    assert main["verdict"] == "none"
    assert main["low"] < 1 < main["high"]
    assert study.result["estimates"]["naive"]["light"] == "red"
    assert 0 <= study.result["tables"]["tests"][0]["pre_trend_p"] <= 1
    assert [row["k"] for row in study.result["tables"]["path"]] == list(range(-4, 5))
    assert (study.since, study.until) == (SINCE, UNTIL)
    told = run_alone(study, tmp_path)
    for each in study.result["estimates"].values():
        assert each["words"]["sv"]["figure"] in told


def test_steps_find_a_fall_that_is_there(by):
    programme = make_rollout_world(by, STEPS, kept=0.4)
    main = reckoned(by, programme, "stepped", STEPS).result["estimates"]["bed_days"]
    assert main["verdict"] == "lower"
    assert 0.2 < main["estimate"] < 0.7


def test_a_start_everywhere_at_once_leaves_a_series_without_a_control(by, tmp_path):
    programme = make_rollout_world(by, AT_ONCE)
    found = suggested(by, programme, AT_ONCE)
    assert (found.design, found.possible) == ("series", ("series",))
    assert (found.months_before, found.months_after) == (15, 9)
    study = reckoned(by, programme, "series", AT_ONCE)
    main = study.result["estimates"]["bed_days"]
    assert (main["light"], main["verdict"], main["n"]) == ("amber", "none", 24)
    assert any("Ingen kontrollserie" in text for text in main["words"]["sv"]["warnings"])
    assert study.result["tables"]["months"][0]["control_bed_days"] == 0
    told = run_alone(study, tmp_path)
    for each in study.result["estimates"].values():
        assert each["words"]["sv"]["figure"] in told


def test_those_who_never_started_are_the_control_series(by):
    first = dict.fromkeys(CODES[:4], date(2026, 2, 1))
    programme = make_rollout_world(by, first, kept=0.4)
    main = reckoned(by, programme, "series", first).result["estimates"]["bed_days"]
    assert "med kontrollserie" in main["words"]["sv"]["compared"]
    assert main["verdict"] == "lower"


def test_what_the_data_do_not_carry_is_refused(by):
    programme = make_rollout_world(by, {})
    late = {CODES[0]: date(2026, 10, 20)}
    for design, starts in (("series", {}), ("stepped", {}), ("stepped", AT_ONCE), ("series", late)):
        with pytest.raises(actions.WrongDesign):
            start_study(
                programme=programme, since=PERIOD[0], until=PERIOD[1], by=by, at=AT, design=design, starts=starts
            )
    assert not EffectStudy.objects.exists()


def test_another_start_is_another_question(by):
    programme = make_rollout_world(by, STEPS)
    asked = {"programme": programme, "since": PERIOD[0], "until": PERIOD[1], "by": by, "at": AT, "design": "stepped"}
    first = start_study(**asked, starts=STEPS)
    assert start_study(**asked, starts=STEPS) == first
    assert start_study(**asked, starts={**STEPS, CODES[4]: date(2026, 5, 1)}) != first


def test_the_months_hold_every_night_and_admission_once(by):
    make_rollout_world(by, STEPS)
    rows, counts = months.table(by.unit.provider_id, STEPS)
    stays = UtilisationEvent.objects.filter(kind="inpatient", starts_at__lt="2026-11-01T00:00+01:00")
    assert rows["admissions"].sum() == stays.count()
    assert (rows["unit"].nunique(), rows["month"].nunique(), rows["days"].min()) == (8, 24, 28)
    nights = sum(
        (min(stay.ends_at.date(), date(2026, 11, 1)) - stay.starts_at.date()).days for stay in stays.order_by("pk")
    )
    assert rows["bed_days"].sum() == nights
    assert counts["without_municipality"] == 0
    assert set(rows.groupby("unit")["start"].first().dropna()) == {14, 17, 19}
    again = pd.read_csv(StringIO(rows.to_csv(sep=";", index=False)), sep=";")
    assert again["start"].isna().sum() == 4 * 24


def test_a_stay_without_municipality_is_counted_but_not_placed(by):
    make_rollout_world(by, STEPS)
    one = UtilisationEvent.objects.order_by("starts_at").first()
    UtilisationEvent.objects.filter(pk=one.pk).update(municipality=None)
    _rows, counts = months.table(by.unit.provider_id, STEPS)
    assert counts["without_municipality"] == 1


def test_only_whole_months_count():
    span = Covered(date(2026, 1, 15), date(2026, 4, 1), synthetic=False)
    assert designs.whole_months(span) == [date(2026, 2, 1), date(2026, 3, 1)]
