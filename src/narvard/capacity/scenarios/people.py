"""Whose needs a scenario is about: the packaged population, or the care area's own made from SCB's figures."""

from narvard.capacity import dimension
from narvard.capacity.residents import SOURCE, SWEDEN, plain_area
from narvard.capacity.scenarios import packaged
from narvard.capacity.scenarios.packaged import Plain
from narvard.organisation.models import Municipality


def of_area(care_area: str) -> Plain:
    """The people of a care area as a population file lays them out; empty for the packaged population's own area, and
    where no municipality belongs to the area."""
    codes = set(Municipality.objects.filter(care_area=care_area).values_list("code", flat=True))
    if codes <= set(packaged.areas({})):
        return {}
    rows = [plain_area(place) for place in dimension.packaged(SWEDEN) if place.code in codes]
    return {"name": care_area, "source": SOURCE, "profile": packaged.people({})["profile"], "areas": rows}
