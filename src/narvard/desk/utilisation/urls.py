"""Addresses of the utilisation data's pages."""

from django.urls import path

from narvard.desk.utilisation import views

app_name = "utilisation"
urlpatterns = [
    path("", views.listed, name="list"),
    path("fel/<uuid:pk>/", views.wrong, name="wrong"),
]
