"""Addresses of the joint management's pages."""

from django.urls import path

from narvard.desk.management import views

app_name = "management"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("definitioner/", views.definitions, name="definitions"),
]
