"""Every address denies by default: walked signed out, without a commission and in a role that it is not for.

An address that takes an id is walked with ids of nothing here: what is missing and what is forbidden must look
alike. Each page's own tests walk it with ids of real patients.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from narvard.access.middleware import RULES_FOR_DJANGO
from narvard.access.pages import PageRule
from narvard.access.queries import SESSION_KEY
from narvard.access.signin.eid import Person
from narvard.access.signin.sessions import PERSON
from narvard.organisation.models import Commission
from narvard.organisation.tests.factories import CommissionFactory, UserFactory
from narvard.people.tests.factories import PatientFactory

# What anybody may reach, and why.
PUBLIC = {
    "account:sign-in": "where one signs in",
    "account:sign-in-as": "one click into the cast; answers only in a demonstration",
    "account:second-factor": "answers only after the right password, else sends one back to sign in",
    "account:second-factor-new": "answers only after the right password or signed in, else sends one back to sign in",
    "account:siths": "sends one to the identity provider; answers only when one is named",
    "account:siths-back": "where the identity provider sends one back; checks what it says",
    "account:styleguide": "the design system with made-up content; tells nothing about persons",
    "account:health": "asked by the machines that watch over the service; tells nothing about persons",
    "answer:enter": "where a code is typed; tells nothing",
    "answer:thanks": "thanks whoever has answered; tells nothing",
    "answer:form": "answers only to a code that was handed out and not used; wrong ones are counted",
    "mypage:go": "sends a patient to the e-identification; answers only when one is named",
    "mypage:back": "where the e-identification sends one back; checks what it says",
    "mypage:demo": "one click into a demonstration's patient; answers only in a demonstration",
    "set_language": "the language of the page, kept in a cookie",
}
# A value for each kind of argument in an address.
SAMPLES: dict[str, Any] = {
    "UUIDConverter": uuid.UUID("00000000-0000-4000-8000-000000000000"),
    "IntConverter": 7,
    "SlugConverter": "sak",
    "StringConverter": "sak",
}
METHODS = ("get", "post")


@dataclass(frozen=True)
class Address:
    """One address of the product."""

    name: str
    path: str
    rule: PageRule | None


def addresses(resolver: URLResolver, names: tuple[str, ...] = ()) -> Iterator[Address]:
    """Every address under the resolver."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, (*names, entry.namespace) if entry.namespace else names)
        else:
            yield address(entry, names)


def address(pattern: URLPattern, names: tuple[str, ...]) -> Address:
    """The address of one pattern, its arguments filled in."""
    assert pattern.name, f"{pattern.pattern} has no name"
    name = ":".join([*names, pattern.name])
    arguments = {key: SAMPLES[type(converter).__name__] for key, converter in pattern.pattern.converters.items()}
    view: Any = pattern.callback
    rule = getattr(view, "page_rule", None) or RULES_FOR_DJANGO.get(view)
    return Address(name, reverse(name, kwargs=arguments), rule)


ALL = sorted(addresses(get_resolver()), key=lambda each: each.name)
GUARDED = [each for each in ALL if each.rule and not each.rule.public]
BY_COMMISSION = [each for each in GUARDED if each.rule and each.rule.needs_commission]
BY_PERSON = [each for each in GUARDED if each.rule and each.rule.person]
BY_STAFF = [each for each in GUARDED if each.rule and not each.rule.person]
BY_ROLE = [each for each in BY_COMMISSION if each.rule and each.rule.roles]


def walk(parameters: list[Address]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("each", parameters, ids=lambda each: each.name)


def answers(client: Client, path: str) -> dict[str, Any]:
    """The answer to each method that the address takes."""
    found = {method: getattr(client, method)(path) for method in METHODS}
    return {method: answer for method, answer in found.items() if answer.status_code != 405}


def acting(commission: Commission) -> Client:
    """Somebody signed in and acting under the commission."""
    client = Client()
    client.force_login(commission.staff.user)
    session = client.session
    session[SESSION_KEY] = str(commission.pk)
    session.save()
    return client


def patient_signed_in() -> Client:
    """A patient who has signed in with an e-identification."""
    client = Client()
    patient = PatientFactory()
    session = client.session
    session[PERSON] = Person("nyckel", patient.name, str(patient.pk)).for_session()
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def test_there_are_addresses() -> None:
    assert GUARDED
    assert BY_PERSON


def test_every_view_says_who_may_open_it() -> None:
    assert [each.name for each in ALL if each.rule is None] == []


def test_only_these_are_for_everybody() -> None:
    assert {each.name for each in ALL if each.rule and each.rule.public} == set(PUBLIC)


@walk(GUARDED)
@pytest.mark.django_db
def test_signed_out_one_is_sent_to_sign_in(each: Address) -> None:
    found = answers(Client(), each.path)
    assert found
    for answer in found.values():
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse(settings.LOGIN_URL))


@walk(BY_STAFF)
@pytest.mark.django_db
def test_a_patient_finds_no_page_of_the_staffs(each: Address) -> None:
    for answer in answers(patient_signed_in(), each.path).values():
        if each.name == "account:start":
            # The system's own address leads a patient home.
            assert (answer.status_code, answer.headers["Location"]) == (302, reverse("mypage:home"))
        else:
            assert answer.status_code == 404


@walk(BY_PERSON)
@pytest.mark.django_db
def test_staff_find_no_page_of_a_patients_own(each: Address) -> None:
    for answer in answers(acting(CommissionFactory()), each.path).values():
        assert answer.status_code == 404


@walk(BY_COMMISSION)
@pytest.mark.django_db
def test_without_a_commission_one_is_sent_to_choose(each: Address) -> None:
    client = Client()
    client.force_login(UserFactory())
    for answer in answers(client, each.path).values():
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("account:commission"))


@walk(BY_ROLE)
@pytest.mark.django_db
def test_a_role_that_it_is_not_for_finds_nothing(each: Address) -> None:
    assert each.rule
    other = next((role for role in Commission.Role.values if role not in each.rule.roles), None)
    assert other, f"{each.name} names every role: name none"
    for answer in answers(acting(CommissionFactory(role=other)), each.path).values():
        assert answer.status_code == 404


@walk([each for each in BY_COMMISSION if str(SAMPLES["UUIDConverter"]) in each.path])
@pytest.mark.django_db
def test_an_id_of_nothing_finds_nothing(each: Address) -> None:
    role = next(iter(each.rule.roles), Commission.Role.TEAM) if each.rule else Commission.Role.TEAM
    for answer in answers(acting(CommissionFactory(role=role)), each.path).values():
        assert answer.status_code in {404, 400}
