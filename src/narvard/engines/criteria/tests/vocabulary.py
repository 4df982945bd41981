"""The facts that the engine's tests speak of."""

from narvard.engines.criteria import FactKind, FactType

AGE = FactKind("age", FactType.NUMBER, {"sv": "ålder", "en": "age"}, unit={"sv": "år", "en": "years"})
ADMISSIONS = FactKind("admissions", FactType.NUMBER, {"sv": "inläggningar", "en": "admissions"})
MEDICINES = FactKind("medicines", FactType.NUMBER, {"sv": "stående läkemedel", "en": "standing medicines"})
DIAGNOSES = FactKind("diagnoses", FactType.NUMBER, {"sv": "kroniska diagnoser", "en": "chronic diagnoses"})
CARE = FactKind("personal_care", FactType.BOOLEAN, {"sv": "klarar personlig vård", "en": "manages personal care"})
NURSING = FactKind("home_nursing", FactType.BOOLEAN, {"sv": "hemsjukvård", "en": "home nursing"})
HOUSING = FactKind(
    "housing",
    FactType.CHOICE,
    {"sv": "boende", "en": "housing"},
    choices={"ordinary": {"sv": "ordinärt", "en": "ordinary"}, "special": {"sv": "särskilt", "en": "special"}},
)
CODES = FactKind("codes", FactType.SET, {"sv": "diagnoskoder", "en": "diagnosis codes"})

VOCABULARY = {kind.name: kind for kind in (AGE, ADMISSIONS, MEDICINES, DIAGNOSES, CARE, NURSING, HOUSING, CODES)}

FOUR_OF_SIX = {
    "at_least": 4,
    "of": [
        {"fact": "diagnoses", "at_least": 3},
        {"fact": "admissions", "at_least": 3},
        {"fact": "medicines", "at_least": 6},
        {"fact": "personal_care", "is": False},
        {"fact": "age", "at_least": 75},
        {"fact": "home_nursing", "is": True},
    ],
}
