"""The access decision, as a table and as properties."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narvard.access.models import Block, CareRelation, Consent
from narvard.access.policy import BlockFact, Circumstances, Reader, Row, may_follow, may_open, may_read, may_see_place
from narvard.access.rules import RULES, Verdict
from narvard.organisation.models import Commission
from narvard.people.models import InformationKind

OWN, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
HERE, BESIDE, AWAY = uuid.UUID(int=11), uuid.UUID(int=12), uuid.UUID(int=21)
PROVIDER = {HERE: OWN, BESIDE: OWN, AWAY: OTHER}


def reader(purpose="care", role="team", **rights):
    return Reader(unit=HERE, provider=OWN, purpose=purpose, role=role, **rights)


def about(*relations, consents=(), blocks=(), emergency=(), **more):
    return Circumstances(
        relations=frozenset(relations),
        consents=frozenset(consents),
        blocks=frozenset(blocks),
        emergency=frozenset(emergency),
        **more,
    )


def row(kind="nursing", unit=AWAY, **more):
    return Row(kind=kind, unit=unit, provider=PROVIDER[unit], **more)


def block(unit=None, scope=Block.Scope.OUTER, provider=OTHER, kind="", since=None, until=None):
    return BlockFact(scope, provider, unit, kind, since, until)


SHARED = {"consents": ["shared_record"], "chosen": True}
INNER = Block.Scope.INNER
ROW = frozenset({uuid.UUID(int=101)})


@pytest.mark.parametrize(
    ("who", "what", "asked", "rule"),
    [
        (reader(), about(), row(unit=HERE), "no-care-relation"),
        (reader("follow_up"), about("enrolment"), row(unit=HERE), "purpose-is-not-care"),
        (reader(), about("enrolment", own=True), row(unit=HERE), "own-record"),
        (reader(), about("enrolment", colleague=True), row(unit=HERE), "colleague"),
        (reader(), about("enrolment", colleague=True, chosen=True), row(unit=HERE), "disclosed-to-this-unit"),
        # the own unit, and what is sent to it
        (reader(), about("enrolment"), row(unit=HERE), "disclosed-to-this-unit"),
        (reader(), about("handover"), row("coordination", parties=frozenset({HERE})), "disclosed-to-this-unit"),
        (reader(), about("enrolment"), row("nursing", parties=frozenset({HERE})), "no-consent-across-providers"),
        (reader(), about("enrolment"), row("coordination"), "no-consent-across-providers"),
        (reader(), about("enrolment"), row("coordination", open_to_all_related=True), "open-to-all-who-take-part"),
        # who only sent a request
        (reader(), about("sent"), row("coordination", parties=frozenset({HERE})), "disclosed-to-this-unit"),
        (reader(), about("sent", **SHARED), row("coordination"), "sent-request-only"),
        (reader(), about("sent"), row("coordination", open_to_all_related=True), "sent-request-only"),
        (reader(), about("sent", sources=ROW), row("coordination", sources=ROW), "disclosed-to-this-unit"),
        (reader(), about("sent", earlier=ROW), row("coordination", sources=ROW), "sent-request-only"),
        (reader(), about("visit", sources=ROW), row("coordination", sources=ROW), "disclosed-to-this-unit"),
        (reader(), about("listed", earlier=ROW), row("coordination", sources=ROW), "disclosed-to-this-unit"),
        (reader(), about("visit", sources=ROW), row("nursing", sources=ROW), "no-consent-across-providers"),
        # within the provider
        (reader(), about("enrolment"), row(unit=BESIDE), "choice-own-provider"),
        (reader(), about("enrolment", chosen=True), row(unit=BESIDE), "own-branch"),
        (reader(), about("enrolment"), row("coordination", unit=BESIDE), "own-branch"),
        (reader(role="coordinator"), about("request"), row(unit=BESIDE), "own-branch"),
        (reader(), about("request"), row(unit=BESIDE), "choice-own-provider"),
        # across providers
        (reader(), about("enrolment", consents=["shared_record"]), row(), "choice-across-providers"),
        (reader(), about("enrolment", **SHARED), row(), "consent-to-shared-record"),
        (reader(reads_shared=False), about("enrolment", **SHARED), row(), "commission-without-shared-record"),
        # social services
        (reader(), about("enrolment", **SHARED), row("social"), "social-services-secrecy"),
        (reader(), about("enrolment", **SHARED), row(unit=BESIDE, social=True), "social-services-secrecy"),
        (reader(), about("enrolment", consents=["social"], chosen=True), row("social"), "consent-to-social-data"),
        (reader("social", "social"), about("social"), row("social", unit=HERE, social=True), "disclosed-to-this-unit"),
        (reader(), about("enrolment"), row("social", unit=HERE), "social-services-secrecy"),
        (reader("social"), about("social", **SHARED), row(), "social-services-read-no-care-record"),
        (reader("social"), about("social", **SHARED), row("coordination"), "consent-to-shared-record"),
        (reader("social"), about("social"), row("coordination", unit=BESIDE), "no-consent-across-providers"),
        # blocks
        (reader(), about("enrolment", blocks=[block()], **SHARED), row(), "blocked"),
        (reader(), about("enrolment", blocks=[block(AWAY)], consents=["shared_record"]), row(), "blocked"),
        (reader(), about("enrolment", blocks=[block()]), row(), "no-consent-across-providers"),
        (reader(), about("enrolment", blocks=[block(kind="medical")], **SHARED), row(), "consent-to-shared-record"),
        (reader(), about("enrolment", blocks=[block(BESIDE, INNER, OWN)], chosen=True), row(unit=BESIDE), "blocked"),
        (reader(), about("enrolment", blocks=[block(AWAY, INNER)], **SHARED), row(), "blocked"),
        (reader(), about("enrolment", blocks=[block(HERE, INNER, OWN)]), row(unit=HERE), "disclosed-to-this-unit"),
        (reader(), about("enrolment", blocks=[block(None, provider=OWN)], chosen=True), row(unit=BESIDE), "own-branch"),
        # emergency
        (reader(), about(emergency=["nursing"]), row(), "emergency"),
        (reader(), about(emergency=["medical"]), row(), "emergency-for-other-kinds"),
        (reader(), about(emergency=["nursing"]), row(social=True), "emergency-for-other-kinds"),
        (reader(), about("enrolment", emergency=["nursing"]), row(social=True), "social-services-secrecy"),
        (reader(), about("enrolment", emergency=["nursing"], blocks=[block()]), row(), "emergency"),
        (reader("social"), about(emergency=["nursing"]), row(), "no-care-relation"),
        (reader(), about(emergency=["nursing"], own=True), row(), "own-record"),
    ],
)
def test_the_rule_that_decides(who, what, asked, rule):
    assert may_read(who, what, asked).rule == rule


@pytest.mark.parametrize(
    ("first", "last", "on", "rule"),
    [
        (date(2026, 1, 1), date(2026, 6, 30), date(2026, 6, 30), "blocked"),
        (date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1), "consent-to-shared-record"),
        (date(2026, 1, 1), None, date(2025, 12, 31), "consent-to-shared-record"),
        (None, date(2026, 6, 30), date(2020, 1, 1), "blocked"),
    ],
)
def test_a_block_may_go_by_the_days_of_the_information(first, last, on, rule):
    what = about("enrolment", blocks=[block(since=first, until=last)], **SHARED)
    assert may_read(reader(), what, row(on=on)).rule == rule


def test_a_sent_request_opens_itself_and_not_the_patient():
    assert may_open(reader(), about("sent")).rule == "sent-request-only"
    assert may_follow(reader(), about("sent")).rule == "sent-request"
    assert may_follow(reader(), about()).rule == "no-care-relation"


@pytest.mark.parametrize(
    ("role", "what", "rights", "seen"),
    [
        ("team", about("visit", hidden=True), {}, True),
        ("team", about("request", hidden=True), {}, False),
        ("team", about("sent"), {}, False),
        ("coordinator", about("visit", hidden=True), {}, False),
        ("coordinator", about("visit"), {}, True),
        ("coordinator", about("request", hidden=True), {"sees_protected": True}, True),
        ("coordinator", about(hidden=True), {"sees_protected": True}, False),
        ("municipal", about("home_nursing", hidden=True), {}, True),
        ("team", about(hidden=True, emergency=["nursing"]), {}, True),
    ],
)
def test_a_hidden_place_is_for_those_who_must_go_there(role, what, rights, seen):
    assert may_see_place(reader(role=role, **rights), what).allowed is seen


days = st.one_of(st.none(), st.sampled_from([date(2026, 1, 1), date(2026, 6, 1), date(2026, 12, 1)]))
units = st.sampled_from([HERE, BESIDE, AWAY])
kinds = st.sampled_from(InformationKind.values)
sources = st.frozensets(st.sampled_from([uuid.UUID(int=101), uuid.UUID(int=102)]))


@st.composite
def block_facts(draw):
    unit = draw(st.one_of(st.none(), units))
    scope = draw(st.sampled_from(Block.Scope.values)) if unit else Block.Scope.OUTER
    provider = PROVIDER[unit] if unit else draw(st.sampled_from([OWN, OTHER]))
    return BlockFact(scope, provider, unit, draw(st.one_of(st.just(""), kinds)), draw(days), draw(days))


circumstances = st.builds(
    Circumstances,
    relations=st.frozensets(st.sampled_from(CareRelation.Kind.values)),
    sources=sources,
    earlier=sources,
    consents=st.frozensets(st.sampled_from(Consent.Kind.values)),
    hidden=st.booleans(),
    blocks=st.frozensets(block_facts(), max_size=3),
    emergency=st.frozensets(kinds.filter(lambda kind: kind != "social")),
    chosen=st.booleans(),
    own=st.booleans(),
    colleague=st.booleans(),
)
readers = st.builds(
    Reader,
    st.just(HERE),
    st.just(OWN),
    st.sampled_from(Commission.Purpose.values),
    st.sampled_from(Commission.Role.values),
    st.booleans(),
    st.booleans(),
)


@st.composite
def rows(draw):
    unit = draw(units)
    return Row(
        draw(kinds),
        unit,
        PROVIDER[unit],
        draw(st.booleans()),
        draw(days.filter(bool)),
        draw(st.frozensets(units)),
        draw(sources),
        draw(st.booleans()),
    )


@given(readers, circumstances, rows(), block_facts())
def test_adding_a_block_never_opens(who, what, asked, more):
    blocked = replace(what, blocks=what.blocks | {more})
    assert may_read(who, what, asked).allowed or not may_read(who, blocked, asked).allowed
    if may_read(who, what, asked).verdict is Verdict.DENY:
        assert may_read(who, blocked, asked).verdict is Verdict.DENY


@given(readers, circumstances, rows())
def test_taking_away_what_gives_access_never_opens(who, what, asked):
    before = may_read(who, what, asked).allowed
    for fewer in _with_one_less(what):
        assert before or not may_read(who, fewer, asked).allowed
        assert may_open(who, what).allowed or not may_open(who, fewer).allowed
        assert may_see_place(who, what).allowed or not may_see_place(who, fewer).allowed
    for poorer in (replace(who, reads_shared=False), replace(who, sees_protected=False)):
        assert before or not may_read(poorer, what, asked).allowed


@given(readers, circumstances)
def test_protection_never_opens(who, what):
    open_place, hidden_place = replace(what, hidden=False), replace(what, hidden=True)
    assert may_see_place(who, open_place).allowed or not may_see_place(who, hidden_place).allowed


@given(readers, circumstances, rows())
def test_nothing_is_read_of_a_patient_that_may_not_be_opened_but_a_sent_request(who, what, asked):
    if may_read(who, what, asked).allowed and not may_open(who, what).allowed:
        assert CareRelation.Kind.SENT in what.relations
        assert asked.unit == who.unit or who.unit in asked.parties or asked.sources & what.sources


@given(readers, circumstances, rows())
def test_social_services_data_never_open_to_care_without_consent_to_just_that(who, what, asked):
    if asked.kind == InformationKind.SOCIAL and who.purpose == "care" and may_read(who, what, asked).allowed:
        assert Consent.Kind.SOCIAL in what.consents or asked.open_to_all_related


@given(readers, circumstances, rows())
def test_nobody_reads_the_own_record(who, what, asked):
    assert not may_read(who, replace(what, own=True), asked).allowed


@given(circumstances, rows(), readers)
def test_every_decision_names_a_known_rule(what, asked, who):
    for decision in (may_read(who, what, asked), may_open(who, what), may_see_place(who, what)):
        assert decision.rule in RULES


def _with_one_less(what):
    for name in ("relations", "sources", "earlier", "consents", "emergency"):
        held = getattr(what, name)
        for one in held:
            yield replace(what, **{name: held - {one}})
    yield replace(what, chosen=False)
