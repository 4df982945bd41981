"""A study: asked for once, made of the right people, controlled, and repeated by its own script."""

from datetime import date
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

from narvard.care.models import Episode
from narvard.core import audit, runs
from narvard.core.calendar import at_local
from narvard.core.models import AuditEvent, Run
from narvard.followup.effect import actions, cohort, designs, queries
from narvard.followup.effect.models import EffectStudy
from narvard.followup.effect.reckoning import SCRIPTS, reckon
from narvard.followup.effect.tasks import start_study
from narvard.followup.effect.tests.factories import (
    AT,
    OTHERS,
    PERIOD,
    TREATED,
    enrol,
    make_manager,
    make_study_world,
    run_alone,
)
from narvard.followup.utilisation.actions import link_people
from narvard.followup.utilisation.models import Person, UtilisationEvent
from narvard.followup.utilisation.tests.factories import deliver, row
from narvard.organisation.models import Commission
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.models import Patient
from narvard.people.tests.factories import OLD_NUMBERS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.NARVARD_CLOCK = AT.isoformat()


@pytest.fixture
def by() -> Commission:
    return make_manager()


@pytest.fixture
def programme(by):
    return make_study_world(by)


def start(by, programme, since=PERIOD[0], until=PERIOD[1]):
    return start_study(programme=programme, since=since, until=until, by=by, at=AT)


def reckoned(by, programme) -> EffectStudy:
    study = start(by, programme)
    run = runs.execute(study.run_id, reckon)
    assert run.state == Run.State.DONE, run.error
    study.refresh_from_db()
    return study


def question(by, programme):
    return cohort.Question(programme, by.unit.provider_id, *PERIOD, actions.WINDOW)


def test_a_controlled_figure_with_balance_and_the_naive_one_beside_it(by, programme):
    result = reckoned(by, programme).result
    assert result["counts"]["treated"] == TREATED
    assert result["counts"]["others"] >= OTHERS
    assert result["synthetic"] is True
    main = result["estimates"]["bed_days"]
    assert main["low"] < main["estimate"] < main["high"]
    # Nobody was helped, and the interval says so; before and after claims a fall.
    assert main["verdict"] == "none"
    assert main["words"]["sv"]["verdict"] == "Kan inte skiljas från ingen effekt."
    naive = result["estimates"]["naive"]
    assert (naive["light"], naive["verdict"]) == ("red", "uncontrolled")
    assert naive["estimate"] < 0.8
    assert {each["column"] for each in result["tables"]["balance"]} == {"index_month", "earlier", "age"}
    assert AuditEvent.objects.filter(what__in=["effect.ask", "effect.keep"]).count() == 2


def test_the_table_names_nobody_and_the_script_finds_the_same(by, programme, tmp_path):
    study = reckoned(by, programme)
    rows = pd.read_csv(StringIO(study.table), sep=";")
    assert sorted(rows["person"].unique()) == list(range(1, rows["person"].nunique() + 1))
    for secret in (*OLD_NUMBERS[: TREATED + OTHERS], *map(str, Person.objects.values_list("pk", flat=True))):
        assert secret not in study.table
    assert (rows["age"] % 5 == 0).all()
    told = run_alone(study, tmp_path)
    for name in ("bed_days", "time_to_stay", "naive"):
        assert study.result["estimates"][name]["words"]["sv"]["figure"] in told


@pytest.mark.parametrize("script", SCRIPTS.values())
def test_the_scripts_need_only_pandas_and_the_engine(script):
    lines = Path(script.__file__).read_text(encoding="utf-8").splitlines()
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= {"sys", "dataclasses", "math", "pandas", "narvard"}
    ours = [line for line in lines if "narvard" in line and "import" in line]
    assert all(line.startswith("from narvard.engines.evidence import") for line in ours)


def test_the_same_data_give_the_same_table_whatever_the_ids(by, programme):
    first, _counts = cohort.table(question(by, programme))
    for person in list(Person.objects.order_by("value")):
        events = list(person.events.values_list("pk", flat=True))
        twin = Person.objects.create(system=person.system, value=f"x{person.value}", birth_date=person.birth_date)
        Person.objects.filter(pk=twin.pk).update(patient=person.patient)
        UtilisationEvent.objects.filter(pk__in=events).update(person=twin)
        person.delete()
    again, _counts = cohort.table(question(by, programme))
    pd.testing.assert_frame_equal(first, again)


def test_who_falls_out_is_counted(by, programme):
    enrolled = list(Episode.objects.order_by("started_at").values_list("patient", flat=True))
    Patient.objects.filter(pk=enrolled[0]).update(protection=Patient.Protection.MARKED)
    Person.objects.filter(patient=enrolled[1]).update(patient=None, value="200001010000")
    Person.objects.get(patient=enrolled[2]).events.all().delete()
    _rows, counts = cohort.table(question(by, programme))
    assert (counts.protected, counts.not_in_data, counts.without_stay) == (1, 1, 1)
    assert counts.treated == TREATED - 3


def test_one_enrolled_later_is_among_the_others_and_one_enrolled_before_is_not(by, programme):
    one = Episode.objects.filter(pk=Episode.objects.order_by("started_at").last().pk)
    one.update(started_at=AT)
    rows, later = cohort.table(question(by, programme))
    assert (later.enrolled, rows["person"].nunique()) == (TREATED - 1, later.treated + later.others)
    one.update(started_at=at_local(date(2026, 1, 10)))
    _rows, before = cohort.table(question(by, programme))
    assert (before.enrolled, before.others) == (TREATED - 1, later.others - 1)


def test_one_may_be_compared_before_and_enrolled_after_another_stay(by, programme):
    _rows, before = cohort.table(question(by, programme))
    nurse = Episode.objects.order_by("started_at").first().started_by
    told = row(TREATED, start="2026-06-20", end="2026-06-28", id="again")
    deliver(by, told, days=(date(2026, 6, 1), date(2026, 7, 1)))
    enrol(nurse, TREATED, date(2026, 6, 29))
    link_people(by=audit.SYSTEM, at=AT)
    rows, counts = cohort.table(question(by, programme))
    assert (counts.enrolled, counts.treated) == (TREATED + 1, TREATED + 1)
    assert counts.others == before.others
    assert rows["person"].nunique() == counts.treated + counts.others


def test_death_ends_the_time_and_the_index_stay_is_washed_out(by, programme):
    before, _counts = cohort.table(question(by, programme))
    deaths = [row(number, kind="death", start="2026-07-20") for number in range(TREATED)]
    deliver(by, *deaths, days=(date(2026, 7, 1), date(2026, 8, 1)))
    after, _counts = cohort.table(question(by, programme))

    def days(rows):
        return rows[(rows["treated"] == 1) & (rows["after"] == 1)]["days"]

    assert days(before).min() > 100
    assert days(after).max() <= 70
    assert (before["bed_days_naive"] >= before["bed_days"]).all()
    assert (before[before["after"] == 0]["bed_days_naive"] > before[before["after"] == 0]["bed_days"]).all()


def test_too_few_give_no_figure(by, programme):
    ids = Episode.objects.values_list("pk", flat=True)[:15]
    Episode.objects.exclude(pk__in=list(ids)).update(started_at=AT)
    result = reckoned(by, programme).result
    assert result["refused"] == "few"
    assert "estimates" not in result
    assert EffectStudy.objects.get().table == ""


def test_the_same_question_is_asked_once_while_it_is_reckoned(by, programme):
    assert start(by, programme) == start(by, programme)
    assert EffectStudy.objects.count() == 1


def test_what_cannot_be_asked(by, programme):
    for days in [(PERIOD[1], PERIOD[0]), (date(2026, 1, 1), PERIOD[1]), (PERIOD[0], date(2027, 1, 1))]:
        with pytest.raises(actions.WrongDays):
            start(by, programme, *days)
    with pytest.raises(actions.MayNotStudy):
        start(CommissionFactory(unit=by.unit, role=Commission.Role.MANAGER), programme)


def test_without_data_there_is_nothing_to_compare(by):
    with pytest.raises(actions.WrongDays):
        start(by, None)


def test_the_design_is_suggested_before_anything_is_compared(by, programme):
    found = designs.suggest(programme, by.unit.provider_id, *PERIOD)
    assert (found.design, found.possible, found.enrolled) == ("matched", ("matched",), TREATED)
    assert found.others >= OTHERS
    assert designs.suggest(programme, by.unit.provider_id, date(2026, 8, 1), date(2026, 9, 1)).design == ""
    assert list(queries.programmes()) == [programme]
