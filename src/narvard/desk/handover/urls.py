"""Addresses of the hand-over pages."""

from django.urls import path

from narvard.desk.handover import answering, beds, proposing, views

app_name = "handover"
urlpatterns = [
    path("", views.waiting, name="list"),
    path("ny/<uuid:pk>/", proposing.new, name="new"),
    path("direktinlaggning/<uuid:pk>/", beds.new, {"bed": "direct_admission"}, name="direct_admission"),
    path("korttidsplats/<uuid:pk>/", beds.new, {"bed": "short_term_place"}, name="short_term_place"),
    path("<uuid:pk>/pa-plats/", beds.arrived, name="arrived"),
    path("<uuid:pk>/", views.show, name="page"),
    path("<uuid:pk>/ta-emot/", answering.accept, name="accept"),
    path("<uuid:pk>/kasta/", answering.drop, name="drop"),
    path("<uuid:pk>/avboj/", answering.decline, name="decline"),
    path("<uuid:pk>/ta-tillbaka/", answering.withdraw, name="withdraw"),
    path("<uuid:pk>/eskalera/", answering.escalate, name="escalate"),
    path("<uuid:pk>/dag/", answering.hand_back_day, name="hand-back-day"),
]
