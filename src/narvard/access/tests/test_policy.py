"""The access decision, as a table and as properties."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narvard.access.models import CareRelation, Consent
from narvard.access.policy import Circumstances, Reader, may_open, may_read, may_see_place
from narvard.organisation.models import Commission
from narvard.people.models import InformationKind

OWN, OTHER = uuid.uuid4(), uuid.uuid4()


def reader(purpose="care", role="team"):
    return Reader(unit=uuid.uuid4(), provider=OWN, purpose=purpose, role=role)


def about(*relations, consents=(), hidden=False):
    return Circumstances(frozenset(relations), frozenset(consents), hidden)


@pytest.mark.parametrize(
    ("who", "what", "kind", "owner", "rule"),
    [
        (reader(), about(), "medical", OWN, "no-care-relation"),
        (reader("follow_up"), about("enrolment"), "medical", OWN, "purpose-is-not-care"),
        (reader(), about("enrolment"), "medical", OWN, "own-provider"),
        (reader(), about("enrolment"), "medical", OTHER, "no-consent-across-providers"),
        (reader(), about("enrolment", consents=["shared_record"]), "medical", OTHER, "consent-to-shared-record"),
        (reader(), about("request"), "coordination", OTHER, "disclosed-in-coordination"),
        (reader(), about("enrolment", consents=["shared_record"]), "social", OTHER, "social-services-secrecy"),
        (reader(), about("enrolment", consents=["social"]), "social", OTHER, "consent-to-social-data"),
        (reader("social", "social"), about("social"), "social", OWN, "own-social-services"),
        (reader("social", "social"), about("social"), "medical", OWN, "social-services-read-no-care-record"),
        (reader("care"), about("home_nursing"), "social", OWN, "social-services-secrecy"),
    ],
)
def test_the_rule_that_decides(who, what, kind, owner, rule):
    assert may_read(who, what, kind, owner).rule == rule


@pytest.mark.parametrize(
    ("role", "relation", "seen"),
    [
        ("team", "visit", True),
        ("team", "request", False),
        ("coordinator", "visit", False),
        ("municipal", "home_nursing", True),
    ],
)
def test_a_hidden_place_is_for_those_who_must_go_there(role, relation, seen):
    assert may_see_place(reader(role=role), about(relation, hidden=True)).allowed is seen


circumstances = st.builds(
    Circumstances,
    st.frozensets(st.sampled_from(CareRelation.Kind.values)),
    st.frozensets(st.sampled_from(Consent.Kind.values)),
    st.booleans(),
)
readers = st.builds(
    Reader,
    st.just(OWN),
    st.just(OWN),
    st.sampled_from(Commission.Purpose.values),
    st.sampled_from(Commission.Role.values),
)
kinds = st.sampled_from(InformationKind.values)


@given(readers, circumstances, kinds, st.sampled_from([OWN, OTHER]))
def test_taking_away_relation_or_consent_never_opens(who, what, kind, owner):
    before = may_read(who, what, kind, owner).allowed
    for fewer in _with_one_less(what):
        assert before or not may_read(who, fewer, kind, owner).allowed


@given(readers, circumstances)
def test_protection_never_opens(who, what):
    open_place = Circumstances(what.relations, what.consents, hidden=False)
    hidden_place = Circumstances(what.relations, what.consents, hidden=True)
    assert may_see_place(who, open_place).allowed or not may_see_place(who, hidden_place).allowed


@given(readers, circumstances, kinds, st.sampled_from([OWN, OTHER]))
def test_nothing_is_read_of_a_patient_that_may_not_be_opened(who, what, kind, owner):
    assert may_open(who, what).allowed or not may_read(who, what, kind, owner).allowed


def _with_one_less(what):
    for relation in what.relations:
        yield Circumstances(what.relations - {relation}, what.consents, what.hidden)
    for consent in what.consents:
        yield Circumstances(what.relations, what.consents - {consent}, what.hidden)
