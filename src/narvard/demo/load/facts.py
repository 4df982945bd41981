"""What is known of a person in the names of the registry ``people.facts``: append-only, with source and time."""

from collections.abc import Iterator

from narvard.demo import sources
from narvard.demo.load.world import World
from narvard.demo.residents import Resident
from narvard.organisation.models import Commission
from narvard.people.facts import REGISTRY
from narvard.people.models import Fact, InformationKind, Patient

# A condition that is known tells these facts.
_TOLD_BY_CONDITION = {
    "hjärtsvikt": ("heart_failure",),
    "hjärtsvikt i sen fas": ("heart_failure", "late_palliative"),
    "KOL": ("copd",),
    "KOL i sen fas": ("copd", "late_palliative"),
    "tillstånd efter höftfraktur": ("orthopaedic_rehab_need", "fall_recent"),
    "tillstånd efter kotkompression": ("orthopaedic_rehab_need", "pain"),
    "misstänkt kognitiv sjukdom": ("suspected_cognitive_disease",),
    "Alzheimers sjukdom": ("bpsd",),
    "svårläkt bensår": ("wound",),
    "återkommande fall": ("fall_recent",),
    "upprepade urinvägsinfektioner": ("infection",),
    "artros": ("pain",),
}
# How often a fact that could be known has been written down.
_WRITTEN = 0.85
_ACUTE = frozenset({"R29", "R41", "N39"})


def facts_of(world: World, patient: Patient, person: Resident, by: Commission) -> Iterator[Fact]:
    """The person's facts as their health centre has written them down; what nobody wrote is unknown, not no."""
    rng = sources.stream(world.seed, f"facts-{person.number}")
    for name, value in _known(person).items():
        if not person.key and rng.random() > _WRITTEN:
            continue
        days = rng.randint(8, 120)
        yield Fact(
            id=world.id("fact", person.number, name),
            patient=patient,
            owner_unit=by.unit,
            information_kind=InformationKind.MEDICAL,
            name=name,
            value=value,
            at=world.clock(-days, 11 * 60),
            recorded_at=world.clock(-days, 11 * 60 + 20),
            source=Fact.Source.JOURNAL,
            source_text="läkarbesök",
            recorded_by=by,
        )


def _known(person: Resident) -> dict[str, object]:
    values: dict[str, object] = {
        "chronic_diagnoses": sum(condition.code not in _ACUTE for condition in person.conditions),
        "admissions_12_months": person.admissions,
        "emergency_visits_12_months": person.admissions + len(person.conditions) // 2,
        "standing_medicines": person.medicines,
    }
    if person.manages_personal_care is not None:
        values["manages_personal_care"] = person.manages_personal_care
    if person.palliative:
        values["palliative_need"] = True
    for condition in person.conditions:
        values.update(dict.fromkeys(_TOLD_BY_CONDITION.get(condition.name, ()), True))
    unknown = set(values) - set(REGISTRY)
    if unknown:
        raise LookupError(f"facts that the registry does not know: {sorted(unknown)}")
    return values
