"""What the patient has said yes to, as the reader may see it."""

from django.db.models import Q, QuerySet

from narvard.access.guard import OpenPatient
from narvard.access.models import Consent


def consents_shown(opened: OpenPatient) -> QuerySet[Consent]:
    """The consents that concern the reader's care provider: those it may read by, and those it wrote down.

    What the patient has let another provider read, or how somebody's wishes were assessed there, is no concern
    of this one.
    """
    mine = opened.by.provider_id
    rows = Consent.objects.filter(patient=opened.patient)
    return rows.filter(Q(provider=None) | Q(provider=mine) | Q(recorded_by__unit__provider=mine))
