"""Addresses of the intake pages."""

from django.urls import path

from narvard.desk.intake import acts, api, clocks, downtime, early, notices, offering, registering, views, waiting

app_name = "intake"
urlpatterns = [
    path("intag/", views.inbox, name="inbox"),
    path("intag/ny/", registering.new, name="new"),
    path("intag/vantrum/", waiting.waiting, name="waiting"),
    path("intag/reservrutin/", downtime.pack, name="downtime"),
    path("intag/reservrutin/pdf/", downtime.pack_file, name="downtime-file"),
    path("tidiga-tecken/", early.listed, name="early"),
    path("tidiga-tecken/ny/<uuid:pk>/", early.tell, name="early-tell"),
    path("tidiga-tecken/<uuid:pk>/titta/", early.accept, name="early-accept"),
    path("tidiga-tecken/<uuid:pk>/utse/", early.name, name="early-name"),
    path("tidiga-tecken/<uuid:pk>/avsluta/", early.dismiss, name="early-dismiss"),
    path("api/triage/", api.triage, name="api-triage"),
    path("api/vardbegaran/", api.new, name="api-new"),
    path("klockor/", clocks.clocks, name="clocks"),
    path("paminnelser/", notices.notices, name="notices"),
    path("intag/skickade/", views.sent, name="sent"),
    path("intag/<uuid:pk>/", views.case, name="request"),
    path("intag/<uuid:pk>/vardata/", offering.take, name="offer"),
    *(path(f"intag/<uuid:pk>/{step.name}/", acts.view(step), name=step.name) for step in acts.STEPS),
    path("team/inkorg/", views.team_inbox, name="team-inbox"),
]
