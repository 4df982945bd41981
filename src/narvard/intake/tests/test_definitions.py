import pytest
from django.utils import translation

from narvard.engines.criteria import Facts, Truth, Wrong, describe, evaluate, explain
from narvard.intake.definitions import Definition, InvalidDefinition, packaged, read
from narvard.intake.schema import WRONG
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


def test_all_programmes_of_the_sources_are_packaged_by_kind() -> None:
    kinds = {row.key: row.kind for row in packaged()}
    assert len(kinds) == 24
    assert kinds.keys() >= TODAY | {"sjukhuskopplat_team", "primarvardsteam"}
    assert {key: kind for key, kind in kinds.items() if kind != "team"} == {
        "palliativt_konsultteam": "consult",
        "andningsstodteam": "conference",
        "fast_vardkontakt": "contact",
        "mobilt_samverkanssystem": "governance",
    }


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
        (
            "primarvardsteam",
            {"segment": "multisviktande", "wishes_home_care": True},
            {"segment": "multisviktande", "wishes_home_care": False},
        ),
    ],
)
def test_each_takes_whom_it_should_and_refuses_whom_it_should_not(
    key: str, takes: dict[str, object], refuses: dict[str, object]
) -> None:
    rule = definition(key).criteria
    assert rule is not None
    assert evaluate(rule, Facts(vocabulary(), takes)).truth is Truth.MET
    assert evaluate(rule, Facts(vocabulary(), refuses)).truth is Truth.NOT_MET


def test_every_rule_says_where_it_comes_from_or_why_it_is_our_own() -> None:
    for row in packaged():
        for name in ("criteria", "target"):
            rule = row.data.get(name, {"why": ""})
            assert "why" in rule or (rule["source"] in row.data["sources"] and rule["quote"])


def test_the_condition_of_a_sender_is_read() -> None:
    nurse = definition("nsvt_sahlgrenska").way_of("municipal_nurse")
    ambulance = definition("nsvt_sahlgrenska").way_of("ambulance")
    assert nurse is not None
    assert ambulance is not None
    assert nurse.condition is not None
    assert describe(nurse.condition) == "fast läkare är vidtalad"
    assert ambulance.urgencies == {"acute", "semi_acute", "advice"}


def test_duties_are_read_with_their_time_and_whom_they_are_owed() -> None:
    call = next(duty for duty in definition("strokerehab").duties if duty.kind == "follow_up_call")
    assert (call.after, dict(call.within), call.basis) == ("discharge", {"working_days": 5}, "operational")
    assert call.rule is not None
    assert describe(call.rule) == "stroke eller TIA nyligen"
    assert definition("hsvt").pace.first_contact_working_days == {"acute": 1}


def test_ages_and_housing_are_counted_with_the_criteria() -> None:
    rule = definition("mobilt_sjukhusteam").criteria
    assert rule is not None
    facts = {"age": 17, "alternative_is_admission": True, "wishes_home_care": True}
    told = explain(evaluate(rule, Facts(vocabulary(), facts | {"treatable_at_home": True})))
    assert told == "3 av 5 uppfyllda; ej uppfyllt: 18 år eller äldre; okänt: personlig omvårdnad är ordnad"


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


EVIDENCE = "evidence:\n  cars: {source: a, quote: två bilar}\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("key: got\n", "got.yaml, rad 1: name saknas"),
        (MINIMAL + "cars: många\n", "got.yaml, rad 6: cars: väntade ett heltal över 0, fann 'många'"),
        (MINIMAL + "wheels: 4\n", "got.yaml, rad 6: wheels: okänd nyckel här"),
        (MINIMAL + "name: igen\n", "got.yaml, rad 6: name: står två gånger"),
        (MINIMAL + "kind: [\n", "got.yaml, rad 7:"),
        (
            MINIMAL + "criteria:\n  basis: source\n  rule:\n    all:\n      - {fact: shoe_size, is: 43}\n",
            "got.yaml, rad 10: criteria.rule.all[0].fact: okänd uppgift 'shoe_size'",
        ),
        (MINIMAL + 'hours: {weekdays: ["16:00-08:00"]}\n', "rad 6: hours.weekdays[0]: 16:00-08:00 slutar innan"),
        (MINIMAL + "area: {text: {sv: Umeå}, municipalities: [Umeå]}\n", "väntade en kommunkod"),
        (MINIMAL + "senders: {only: [hemtjänst]}\n", "rad 6: senders.only[0]: 'hemtjänst' är inget av"),
        (MINIMAL + "staff: {nurse: [4, 2]}\n", "rad 6: staff.nurse: väntade ett tal eller ett spann"),
        (MINIMAL + "cars: 2\n", "rad 6: cars: ingen källa: skriv den under evidence"),
        (MINIMAL + EVIDENCE, "rad 7: evidence.cars: gäller ett block som inte finns"),
        (MINIMAL + "cars: 2\nevidence:\n  cars: {source: b, quote: x}\n", "rad 8: evidence.cars.source: b står inte"),
        (MINIMAL + "cars: 2\nevidence:\n  cars: {source: a}\n", "rad 8: evidence.cars: skriv source och quote"),
        (MINIMAL + "markers: [early_marker]\n", "rad 6: markers: hör inte till ett program av slaget team"),
        (MINIMAL.replace("team", "conference"), "rad 1: meets saknas"),
        (MINIMAL.replace("team", "governance") + "cars: 2\n", "cars: hör inte till ett program av slaget governance"),
        (MINIMAL.replace("team", "flock"), "rad 3: kind: 'flock' är inget av team, consult"),
        (
            MINIMAL + "duties:\n  - {kind: call_back, after: request, text: {sv: ring}, source: a, quote: x, "
            "within: {hours: 2}}\n",
            "rad 7: duties[0]: basis saknas",
        ),
        (
            MINIMAL + "criteria:\n  basis: source\n  rule: {fact: age, is: 3}\n",
            "rad 8: criteria.rule: väntade exakt en av",
        ),
        (
            MINIMAL + "criteria:\n  basis: source\n  rule: {fact: age, at_least: gammal}\n",
            "rad 8: criteria.rule.at_least: 'gammal' passar inte uppgiftens slag, number",
        ),
        (MINIMAL + "ages: {from: 80, to: 18}\n", "rad 6: ages: from är högre än to"),
        (MINIMAL + "cars:\t2\nphone: \x07\n", "got.yaml, rad 7: tecknet U+0007 får inte stå här"),
        (MINIMAL + "notes: &n\n  - *n\n", "got.yaml, rad 7: hänvisningar (*) går inte att använda här"),
        (MINIMAL + "cars: !!python/object:os.system x\n", "got.yaml, rad 6: går inte att läsa som YAML"),
        (MINIMAL + "---\nkey: b\n", "got.yaml, rad 6: går inte att läsa som YAML"),
        ("", "got.yaml, rad 1: väntade nycklar med värden"),
        ("- a\n", "got.yaml, rad 1: väntade nycklar med värden"),
    ],
)
def test_a_fault_is_named_with_file_and_line(text: str, fault: str) -> None:
    with translation.override("sv"), pytest.raises(InvalidDefinition) as refused:
        read(text, "got.yaml")
    assert fault in str(refused.value)


def test_every_fault_of_the_engine_has_words_of_ours() -> None:
    assert set(WRONG) == set(Wrong)
