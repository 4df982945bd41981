"""The registry of facts: each clinical fact has a name, a type and Swedish words. Criteria speak of the same names."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class FactKind:
    """A named, typed fact: ``type`` is bool, int, float or str; ``unit`` is for people."""

    name: str
    label: Any
    type: type
    unit: Any = ""
    minimum: float | None = None
    maximum: float | None = None

    def accepts(self, value: object) -> bool:
        """Whether ``value`` has the fact's type and lies within its limits."""
        if self.type is bool or isinstance(value, bool):
            return self.type is bool and isinstance(value, bool)
        if self.type is float and isinstance(value, int):
            value = float(value)
        if not isinstance(value, self.type):
            return False
        if isinstance(value, (int, float)):
            return (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)
        return bool(value)


_ALL = (
    FactKind("chronic_diagnoses", _("kroniska diagnoser"), int, _("antal"), 0, 50),
    FactKind("admissions_12_months", _("inläggningar senaste 12 månaderna"), int, _("antal"), 0, 200),
    FactKind("emergency_visits_12_months", _("akutbesök senaste 12 månaderna"), int, _("antal"), 0, 500),
    FactKind("standing_medicines", _("stående läkemedel"), int, _("antal"), 0, 60),
    FactKind("manages_personal_care", _("klarar personlig omvårdnad"), bool),
    FactKind("personal_care_covered", _("personlig omvårdnad är ordnad"), bool),
    FactKind("stable", _("medicinskt stabil nu"), bool),
    FactKind("alternative_is_admission", _("alternativet är inläggning"), bool),
    FactKind("treatable_at_home", _("kan behandlas hemma"), bool),
    FactKind("needs_acute_care", _("behöver akut vård hemma"), bool),
    FactKind("needs_hospital_competence", _("behöver sjukhusets kompetens"), bool),
    FactKind("wishes_home_care", _("vill vårdas hemma"), bool),
    FactKind("palliative_need", _("behov av specialiserad palliativ vård"), bool),
    FactKind("late_palliative", _("sen palliativ fas"), bool),
    FactKind("unstable_for_long", _("medicinskt instabil under lång tid"), bool),
    FactKind("incurable_disease", _("obotlig progressiv sjukdom"), bool),
    FactKind("orthopaedic_rehab_need", _("behöver rehabilitering efter ortopedisk åkomma"), bool),
    FactKind("home_rehab_suitable", _("tillståndet passar rehabilitering hemma"), bool),
    FactKind("suspected_cognitive_disease", _("misstänkt kognitiv sjukdom"), bool),
    FactKind("bpsd", _("beteendemässiga och psykiska symtom vid demens"), bool),
    FactKind("heart_failure", _("hjärtsvikt"), bool),
    FactKind("copd", _("KOL"), bool),
    FactKind("infection", _("pågående infektion"), bool),
    FactKind("fall_recent", _("fall den senaste tiden"), bool),
    FactKind("wound", _("svårläkt sår"), bool),
    FactKind("pain", _("smärta"), bool),
    FactKind("dialysis_need", _("behöver dialys"), bool),
    FactKind("psychiatric_care", _("har kontakt med psykiatrin"), bool),
    FactKind("needs_more_psychiatric_support", _("behöver mer psykiatriskt stöd en tid"), bool),
    FactKind("stroke_recent", _("stroke eller TIA nyligen"), bool),
    FactKind("tracheostomy", _("trakeostomi eller hemventilator"), bool),
    FactKind("msih_order", _("ordination från klinik (MSIH)"), bool),
    FactKind("physician_consulted", _("fast läkare är vidtalad"), bool),
    FactKind("physician_referral", _("remiss från läkare"), bool),
    FactKind("level_of_care_decided", _("läkare har bedömt vårdnivån"), bool),
    FactKind("ambulance_priority", _("ambulansens prioritet"), int, "", 1, 4),
    FactKind("early_marker", _("tidig markör sedd av hemtjänst eller hälsocentral"), bool),
)

REGISTRY: dict[str, FactKind] = {kind.name: kind for kind in _ALL}
