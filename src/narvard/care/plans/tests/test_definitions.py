"""The kinds of plan as data: those we ship hold, and a faulty file says what is wrong and where."""

import pytest
from django.utils import translation

from narvard.care.plans import definitions
from narvard.care.plans.definitions import InvalidPlanKind

LEAST = """
key: try
version: 1
name: {sv: Prov, en: Trial}
lead: {sv: Prov, en: Trial}
information: coordination
one_per: patient
review_days: 30
signers: [nurse]
deciders: [nurse]
sections:
  - key: only
    title: {sv: Del, en: Part}
    fields:
      - {key: what, type: choice, label: {sv: Vad, en: What}, options: [{key: a, label: {sv: A, en: A}}]}
"""


def test_every_kind_that_we_ship_can_be_read_in_both_languages():
    assert set(definitions.kinds()) == {
        "strategy",
        "sip",
        "patientkontrakt",
        "rehabilitation",
        "psychiatric_nursing",
        "acute_action",
        "medication_review",
        "risk",
        "closing_letter",
    }
    sip = definitions.kinds()["sip"]
    assert sip.needs == {"region", "municipality"}
    assert sip.asks_consent
    with translation.override("en"):
        assert sip.name == "Coordinated individual plan (SIP)"


def test_a_kind_that_can_be_signed_can_come_into_force():
    for kind in definitions.kinds().values():
        assert kind.deciders
        assert all(section.signers for section in kind.sections)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("type: choice", "type: picture"), "picture"),
        (("version: 1", "version: none"), "version"),
        (("signers: [nurse]", "signers: [witch]"), "witch"),
        ((", options: [{key: a, label: {sv: A, en: A}}]", ""), "options"),
        (("review_days: 30", ""), "review_days"),
    ],
)
def test_a_faulty_file_says_what_is_wrong(change, says):
    assert definitions.read(LEAST, "try.yaml").key == "try"
    with pytest.raises(InvalidPlanKind, match=says):
        definitions.read(LEAST.replace(*change), "try.yaml")


def test_a_rule_about_a_field_that_is_not_there_is_found():
    rule = "refused: [{where: {section: only, field: what, option: b}, text: {sv: Fel, en: Wrong}}]"
    with pytest.raises(InvalidPlanKind, match="no such field or option"):
        definitions.read(LEAST + rule, "try.yaml")
