"""How a page says who may open it. A view without a rule is refused by the middleware: deny by default."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from narvard.access.signin.eid import Person
from narvard.core.models import User
from narvard.organisation.models import Commission

View = TypeVar("View", bound=Callable[..., HttpResponse])

Role = Commission.Role


@dataclass(frozen=True)
class PageRule:
    """Who may open a page: anybody (``public``), staff signed in, or a commission with one of ``roles``.

    ``person`` pages are for patients and representatives, who never open any of the others but the public ones.
    """

    public: bool = False
    needs_commission: bool = True
    person: bool = False
    roles: frozenset[str] = frozenset()

    def admits(self, commission: Commission) -> bool:
        """Whether the commission's role may open the page; what it may *read* is decided by the policy."""
        return not self.roles or commission.role in self.roles


class CareHttpRequest(HttpRequest):
    """A request behind :func:`page`: signed in, acting under a commission, at an instant of the one clock."""

    user: User
    commission: Commission
    at: datetime
    htmx: HtmxDetails


class PersonHttpRequest(HttpRequest):
    """A request behind :func:`person_page`: a patient or a representative, at an instant of the one clock."""

    person: Person
    at: datetime
    htmx: HtmxDetails


def page(*roles: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A page for commissions with one of ``roles`` (none given: every commission)."""
    return _mark(PageRule(roles=frozenset(roles)), methods)


def signed_in(*, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A page for anybody signed in, with or without a commission."""
    return _mark(PageRule(needs_commission=False), methods)


def person_page(*, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A page for patients and representatives who have signed in with an e-identification, and for nobody else."""
    return _mark(PageRule(needs_commission=False, person=True), methods)


def public(*, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A page for everybody."""
    return _mark(PageRule(public=True, needs_commission=False), methods)


def _mark(rule: PageRule, methods: tuple[str, ...]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        guarded: Any = require_http_methods([*methods, *({"HEAD"} if "GET" in methods else ())])(view)
        guarded.page_rule = rule
        return guarded  # type: ignore[no-any-return]

    return decorate
