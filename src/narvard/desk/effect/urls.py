"""Addresses of the effect pages."""

from django.urls import path

from narvard.desk.effect import views

app_name = "effect"
urlpatterns = [
    path("", views.listed, name="list"),
    path("<uuid:pk>/", views.show, name="study"),
    path("<uuid:pk>/tabell/", views.table, name="table"),
    path("<uuid:pk>/program/", views.script, name="script"),
]
