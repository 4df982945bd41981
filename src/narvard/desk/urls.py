"""Every page's address, one line per kind of user."""

from django.conf.urls.i18n import urlpatterns as i18n_urls
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("sprak/", include(i18n_urls)),
    path("", include("narvard.desk.account.urls")),
    path("min-sida/", include("narvard.desk.mypage.urls")),
    path("planering/", include("narvard.desk.planner.urls")),
    path("patient/", include("narvard.desk.patient.urls")),
    path("overlamning/", include("narvard.desk.handover.urls")),
    path("konferenser/", include("narvard.desk.conference.urls")),
    path("utskrivning/", include("narvard.desk.discharge.urls")),
    path("planer/", include("narvard.desk.plans.urls")),
    path("team/", include("narvard.desk.team.urls")),
    path("", include("narvard.desk.intake.urls")),
    path("avvikelser/", include("narvard.desk.deviations.urls")),
    path("logg/", include("narvard.desk.log.urls")),
    path("program/", include("narvard.desk.programmes.urls")),
    path("svara/", include("narvard.desk.questionnaires.answer_urls")),
    path("uppfoljning/enkater/", include("narvard.desk.questionnaires.urls")),
    path("uppfoljning/ersattning/", include("narvard.desk.payment.urls")),
    path("uppfoljning/effekt/", include("narvard.desk.effect.urls")),
    path("uppfoljning/vardata/", include("narvard.desk.utilisation.urls")),
    path("uppfoljning/", include("narvard.desk.followup.urls")),
    path("scenarier/", include("narvard.desk.capacity.urls")),
    path("omradet/", include("narvard.desk.management.urls")),
]
