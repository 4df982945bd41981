"""Addresses of the hand-over pages."""

from django.urls import path

from narvard.desk.handover import answering, proposing, views

app_name = "handover"
urlpatterns = [
    path("", views.waiting, name="list"),
    path("ny/<uuid:pk>/", proposing.new, name="new"),
    path("<uuid:pk>/", views.show, name="page"),
    path("<uuid:pk>/ta-emot/", answering.accept, name="accept"),
    path("<uuid:pk>/avboj/", answering.decline, name="decline"),
    path("<uuid:pk>/ta-tillbaka/", answering.withdraw, name="withdraw"),
    path("<uuid:pk>/eskalera/", answering.escalate, name="escalate"),
    path("<uuid:pk>/dag/", answering.hand_back_day, name="hand-back-day"),
]
