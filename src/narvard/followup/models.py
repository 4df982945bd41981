"""The room's rows, each part's in its own folder."""

from narvard.followup.effect.models import EffectStudy  # noqa: F401
from narvard.followup.indicators.models import KeptChart, KeptFigure, Snapshot  # noqa: F401
from narvard.followup.payment.models import Agreement, PartDecision, Settled  # noqa: F401
from narvard.followup.questionnaires.models import Code, Response, Round, WrongCode  # noqa: F401
from narvard.followup.registration.models import HomeNursingNotice  # noqa: F401
from narvard.followup.report.models import MonthlyReport  # noqa: F401
from narvard.followup.utilisation.models import (  # noqa: F401
    Delivery,
    Person,
    QuarantinedRow,
    UtilisationEvent,
)
