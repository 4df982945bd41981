"""A new scenario: copy a model, change it, keep it and run it."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, Role, page
from narvard.capacity.scenarios import packaged, people, stock, tasks, words
from narvard.capacity.scenarios.actions import keep_scenario
from narvard.capacity.scenarios.definition import Definition, read
from narvard.capacity.scenarios.models import Scenario
from narvard.capacity.scenarios.packaged import Plain
from narvard.capacity.scenarios.queries import visible
from narvard.desk.base import run_once
from narvard.desk.capacity.forms import ENROLLED, AssumptionsForm, PricesForm, ScenarioForm, initial_of
from narvard.desk.capacity.teams import IntakeForm, NewTeamForm, Point, TeamForm
from narvard.organisation.models import Base
from narvard.ui.figures import figure


@dataclass(frozen=True)
class Source:
    """What is copied: a packaged model, or a kept scenario."""

    definition: Definition
    title: str
    seen_by: str
    copy_of: Scenario | None = None


@dataclass
class Edit:
    """All the forms of the page."""

    main: ScenarioForm
    intake: IntakeForm
    teams: list[TeamForm]
    added: NewTeamForm
    prices: PricesForm
    assumptions: AssumptionsForm

    def is_valid(self) -> bool:
        """Whether each form is; all are asked, so that every fault is shown at once."""
        forms = (self.main, self.intake, *self.teams, self.added, self.prices, self.assumptions)
        return not [form for form in forms if not form.is_valid()]


@page(Role.MANAGER, methods=("GET", "POST"))
def new(request: CareHttpRequest) -> HttpResponse:
    """The form on a model or on a kept scenario; sent, it is kept and run."""
    source = _source(request)
    edit = _forms(source, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if edit.is_valid():
            answer = _keep(request, source, edit)
            if answer is not None:
                return answer
            status = 409
        else:
            status = 422
    return render(request, "capacity/edit.html", _context(request, source, edit), status=status)


def _source(request: CareHttpRequest) -> Source:
    """What the address asks to copy."""
    if asked := request.GET.get("kopia"):
        try:
            row = visible(request.commission).filter(pk=uuid.UUID(asked)).first()
        except ValueError as error:
            raise Http404(asked) from error
        if row is None:
            raise Http404(asked)
        return Source(read(row.definition), _("Kopia av %(title)s") % {"title": row.title}, row.seen_by, row)
    population = people.of_area(request.commission.unit.care_area)
    known = packaged.edited(population)
    name = request.GET.get("modell") or ("norm" if population else "joint")
    if name not in known:
        raise Http404(name)
    against = next(other for other in known if other != name)
    model = tasks.model_named(name, population)
    return Source(Definition(name, against, model, population=population), "", Scenario.SeenBy.AREA)


def _forms(source: Source, data: QueryDict | None) -> Edit:
    definition, bases = source.definition, _bases()
    areas, against = packaged.areas(definition.population), packaged.against(definition.population)
    teams = definition.model["teams"]
    return Edit(
        main=ScenarioForm(data, against=against, initial=initial_of(definition, source.title, source.seen_by)),
        intake=IntakeForm(data, prefix="intake", intake=definition.model["intake"]),
        teams=[TeamForm(data, prefix=f"t{n}", team=team, bases=bases, areas=areas) for n, team in enumerate(teams)],
        added=NewTeamForm(data, prefix="new", teams=teams, bases=bases, areas=areas),
        prices=PricesForm(data, prefix="p", given=definition.unit_costs),
        assumptions=AssumptionsForm(data, prefix="a", edited=definition.assumptions),
    )


def _bases() -> list[Point]:
    """The bases that cars have, in order; a place counts once."""
    rows = Base.objects.order_by("sort_key", "pk").values_list("name", "latitude", "longitude")
    return list(dict.fromkeys(rows))


def _keep(request: CareHttpRequest, source: Source, edit: Edit) -> HttpResponse | None:
    def act() -> str:
        row = keep_scenario(
            title=edit.main.cleaned_data["title"],
            definition=_definition(request, source, edit),
            seen_by=edit.main.cleaned_data["seen_by"],
            copy_of=source.copy_of,
            by=request.commission,
            at=request.at,
        )
        tasks.start_run(scenario=row, by=request.commission, at=request.at)
        return str(row.pk)

    def then(pk: str) -> str:
        return reverse("capacity:scenario", args=[pk])

    return run_once(
        request, edit.main, "capacity.keep_scenario", act, then=then, done=_("Scenariot är sparat och körs.")
    )


def _definition(request: CareHttpRequest, source: Source, edit: Edit) -> Definition:
    given = edit.main.cleaned_data
    area, population = request.commission.unit.care_area, source.definition.population
    counts = stock.enrolled(area, population, request.at) if given["start"] == ENROLLED else {}
    return replace(
        source.definition,
        against=given["against"],
        model=_model(source.definition.model, edit, given["title"]),
        assumptions=edit.assumptions.values(),
        enrolled=counts,
        replications=given["replications"],
        half_width=given["half_width"] or 0.0,
        seed=given["seed"],
        rank=given["rank"],
        unit_costs=edit.prices.values(),
        bed_day_hours=given["bed_day_hours"] or 0.0,
    )


def _model(model: Plain, edit: Edit, title: str) -> Plain:
    """The copied model with its intake, teams and doors as they are to be."""
    teams = [team for form in edit.teams if (team := form.changed()) is not None]
    added = edit.added.team()
    if added is not None:
        teams.append(added)
    keys = {team["key"] for team in teams}
    for team in teams:
        if "joint_with" in team:
            team["joint_with"] = [key for key in team["joint_with"] if key in keys]
    doors = {channel: _door(door, keys, added) for channel, door in model["doors"].items()}
    return {**model, "title": title, "intake": edit.intake.changed(), "teams": teams, "doors": doors}


def _door(door: Any, keys: set[str], added: Plain | None) -> Any:
    """The teams that a sender knows, those that are left and the new one last; ``all`` knows every team."""
    if door == packaged.CHANNELS_ALL:
        return door
    return [key for key in door if key in keys] + ([added["key"]] if added and added["key"] not in door else [])


def _context(request: CareHttpRequest, source: Source, edit: Edit) -> dict[str, Any]:
    population = source.definition.population
    counts = stock.shown(stock.enrolled(request.commission.unit.care_area, population, request.at))
    names = packaged.areas(population)
    few = _("färre än %(n)s") % {"n": stock.FEWEST}
    return {
        "edit": edit,
        "source": source,
        "base": words.model_name(source.definition.base),
        "says": words.MODEL_SAYS[source.definition.base],
        "enrolled": [(names[code], few if n is None else figure(n)) for code, n in counts.items()],
    }
