"""The room's rows, each part's in its own folder."""

from narvard.followup.utilisation.models import (  # noqa: F401
    Delivery,
    Person,
    QuarantinedRow,
    UtilisationEvent,
)
