"""Addresses of the joint management's pages."""

from django.urls import path

from narvard.desk.management import misfits, views

app_name = "management"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("undantag/", misfits.listed, name="misfits"),
    path("definitioner/", views.definitions, name="definitions"),
]
