"""The catalogue HSA's own words, as they stand in claims: codes, not texts to translate."""

from narvard.organisation.models import Commission

# HSA's words for what a commission is for, by ours.
PURPOSES: dict[str, frozenset[str]] = {
    Commission.Purpose.CARE: frozenset({"vård och behandling"}),
    Commission.Purpose.SOCIAL: frozenset({"socialtjänst", "omsorg", "individ- och familjeomsorg"}),
    Commission.Purpose.FOLLOW_UP: frozenset({"uppföljning", "statistik", "kvalitetsutveckling", "kvalitetssäkring"}),
    Commission.Purpose.SAFETY: frozenset({"patientsäkerhet", "kvalitetssäkring", "tillsyn", "administration"}),
    Commission.Purpose.ADMINISTRATION: frozenset({"administration"}),
}
