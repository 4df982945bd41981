"""Addresses of the mobile team's pages."""

from django.urls import path

from narvard.desk.team import notes, views

app_name = "team"
urlpatterns = [
    path("", views.day, name="day"),
    path("vecka/", views.week, name="week"),
    path("besok/<uuid:pk>/", views.visit, name="visit"),
    path("besok/<uuid:pk>/paborja/", views.start, name="start"),
    path("besok/<uuid:pk>/klart/", views.finish, name="finish"),
    path("besok/<uuid:pk>/gick-inte/", views.fail, name="fail"),
    path("besok/<uuid:pk>/anteckning/", notes.note, name="note"),
    path("besok/<uuid:pk>/anteckning/kopierad/", notes.copied, name="copied"),
]
