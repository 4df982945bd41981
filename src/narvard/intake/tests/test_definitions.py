import pytest

from narvard.engines.criteria import Facts, Truth, evaluate, explain
from narvard.intake.definitions import Definition, InvalidDefinition, packaged, read
from narvard.intake.vocabulary import vocabulary

MINIMAL = """\
key: got
name: GÖT
kind: team
sources:
  a: en rapport
"""
TODAY = {"primar", "palliativ_vasterbotten", "got", "bedomningsbil", "ortopedgeriatrisk_hemrehab", "demensteam"}


def definition(key: str) -> Definition:
    return next(row for row in packaged() if row.key == key)


def test_the_programmes_of_both_models_are_packaged() -> None:
    assert {row.key for row in packaged()} == TODAY | {"sjukhuskopplat_team", "primarvardsteam"}


@pytest.mark.parametrize(
    ("key", "takes", "refuses"),
    [
        ("palliativ_vasterbotten", {"palliative_need": True, "housing": "ordinary"}, {"palliative_need": False}),
        ("got", {"age": 80, "chronic_diagnoses": 3, "housing": "ordinary"}, {"housing": "special"}),
        ("bedomningsbil", {"ambulance_priority": 2}, {"ambulance_priority": 1}),
        (
            "ortopedgeriatrisk_hemrehab",
            {"orthopaedic_rehab_need": True, "age": 80, "housing": "ordinary"},
            {"orthopaedic_rehab_need": False},
        ),
        ("demensteam", {"bpsd": True}, {"bpsd": False, "suspected_cognitive_disease": False}),
        (
            "sjukhuskopplat_team",
            {"age": 84, "home_nursing": True, "admissions_12_months": 3, "manages_personal_care": False},
            {"age": 70, "home_nursing": False, "admissions_12_months": 0},
        ),
        ("primarvardsteam", {"segment": "multisviktande"}, {"segment": "sviktande", "manages_personal_care": True}),
    ],
)
def test_each_takes_whom_it_should_and_refuses_whom_it_should_not(
    key: str, takes: dict[str, object], refuses: dict[str, object]
) -> None:
    rule = definition(key).criteria
    assert rule is not None
    assert evaluate(rule, Facts(vocabulary(), takes)).truth is Truth.MET
    assert evaluate(rule, Facts(vocabulary(), refuses)).truth is Truth.NOT_MET


def test_every_rule_says_where_it_comes_from() -> None:
    for row in packaged():
        for name in ("criteria", "target"):
            rule = row.data.get(name)
            if rule is not None and rule["basis"] == "source":
                assert rule["source"] in row.data["sources"]
                assert rule["quote"]


def test_four_of_six_in_words() -> None:
    rule = definition("sjukhuskopplat_team").criteria
    assert rule is not None
    known = {"chronic_diagnoses": 3, "admissions_12_months": 3, "age": 84, "home_nursing": True}
    facts = Facts(vocabulary(), known | {"manages_personal_care": True})
    assert explain(evaluate(rule, facts)) == "4 av 6 uppfyllda; okänt: stående läkemedel"


def test_the_revision_of_2023_splits_by_municipality() -> None:
    specialist, primary = definition("sjukhuskopplat_team"), definition("primarvardsteam")
    assert specialist.approach_in("2460") is not None
    assert specialist.approach_in("2480") is None
    assert primary.approach_in("2480") is not None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("key: got\n", "got.yaml, line 1: name is missing"),
        (MINIMAL + "cars: många\n", "got.yaml, line 6: cars: expected a whole number"),
        (MINIMAL + "wheels: 4\n", "got.yaml, line 6: wheels: unknown key here"),
        (MINIMAL + "name: igen\n", "got.yaml, line 6: name: stands twice"),
        (MINIMAL + "kind: [\n", "got.yaml, line 7:"),
        (
            MINIMAL + "criteria:\n  basis: source\n  rule:\n    all:\n      - {fact: shoe_size, is: 43}\n",
            "got.yaml, line 10: criteria.rule.all[0].fact: unknown fact 'shoe_size'",
        ),
        (MINIMAL + 'hours: {weekdays: ["16:00-08:00"]}\n', "line 6: hours.weekdays[0]: 16:00-08:00 ends before"),
        (MINIMAL + "area: {text: {sv: Umeå}, municipalities: [Umeå]}\n", "expected a municipality code"),
        (MINIMAL + "senders: {only: [hemtjänst]}\n", "line 6: senders.only[0]: 'hemtjänst' is none of"),
        ("", "got.yaml, line 1: expected a mapping"),
        ("- a\n", "got.yaml, line 1: expected a mapping"),
    ],
)
def test_a_fault_is_named_with_file_and_line(text: str, fault: str) -> None:
    with pytest.raises(InvalidDefinition) as refused:
        read(text, "got.yaml")
    assert fault in str(refused.value)
