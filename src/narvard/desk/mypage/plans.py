"""The plans in force as the person reads them, and the whole page as a sheet on paper."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.care.binder.contents import calls_by_hour, leaves, responsible_of
from narvard.care.binder.document import set_type
from narvard.care.plans import queries
from narvard.care.plans.definitions import Definition
from narvard.care.plans.models import Plan, PlanVersion
from narvard.desk.mypage.record import NextVisit, OwnPage
from narvard.desk.plans.sheet import PartShown, SectionShown, sections_of


@dataclass(frozen=True)
class OwnPlan:
    """A plan in force: its words, and whether the person may take back a yes to it."""

    plan: Plan
    definition: Definition
    version: PlanVersion
    sections: list[SectionShown]
    may_withdraw: bool


def own_plan(plan: Plan) -> OwnPlan:
    """The version in force of ``plan``, with the sections that somebody wrote in."""
    version = queries.current_of(plan)
    if version is None:
        raise LookupError(plan.pk)
    definition = Definition(version.definition)
    sections = sections_of(definition, list(queries.contributions_of(version)))
    return OwnPlan(plan, definition, version, [row for row in sections if row.parts], bool(plan.consent_how))


def pdf_of(page: OwnPage, plans: list[Plan], at: datetime, *, large: bool) -> bytes:
    """The page on paper (A4), in Swedish; ``large`` sets it in large type."""
    with translation.override("sv"):
        return set_type("sheet.typ", _words(page, plans, at, large), at)


def _words(page: OwnPage, plans: list[Plan], at: datetime, large: bool) -> dict[str, object]:
    home = page.patient.listed_at.name if page.patient.listed_at else _("Ring 1177 om du undrar vart du ska vända dig.")
    return {
        "name": page.patient.name,
        "matters": page.matters.text if page.matters else "",
        "stay": page.stay.ward.name if page.stay else "",
        "calls": calls_by_hour(page.patient, at),
        "responsible": responsible_of(page.patient, at),
        "otherwise": page.stay.ward.name if page.stay else home,
        "contacts": [
            {
                "kind": capfirst(str(named.row.get_kind_display())),
                "name": named.row.staff.name,
                "unit": named.row.unit.name,
                **leaves(named.ahead),
            }
            for named in page.contacts
        ],
        "visits": [
            {"day": _day(row), "time": _time(row), "what": row.what, "who": "; ".join(row.who)} for row in page.visits
        ],
        "plans": [_plan(own_plan(row)) for row in plans],
        "made": date_format(timezone.localtime(at), "j F Y H:i"),
        "large": large,
    }


def _day(row: NextVisit) -> str:
    return capfirst(date_format(row.visit.date, "l j F"))


def _time(row: NextVisit) -> str:
    times = [row.visit.starts_at] if row.visit.starts_at else [row.visit.window_start, row.visit.window_end]
    return "–".join(date_format(timezone.localtime(at), "H:i") for at in times)


def _plan(own: OwnPlan) -> dict[str, object]:
    adopted = own.version.adopted_by
    who = f"{adopted.staff.name}, {adopted.unit.name}" if adopted else ""
    since = date_format(timezone.localtime(own.version.adopted_at), "j F Y") if own.version.adopted_at else ""
    return {
        "name": own.definition.name,
        "since": _("Gäller sedan %(day)s. Fastställd av %(who)s.") % {"day": since, "who": who},
        "sections": [
            {"title": row.section.title, "parts": [{"by": _signed(part), "items": part.fields} for part in row.parts]}
            for row in own.sections
        ],
    }


def _signed(part: PartShown) -> str:
    signer = part.part.signed_by
    return f"{signer.staff.name}, {part.part.owner_unit.name}" if signer else ""
