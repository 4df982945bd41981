"""Addresses of the programme pages."""

from django.urls import path

from narvard.desk.programmes import editing, views

app_name = "programmes"
urlpatterns = [
    path("", views.listed, name="list"),
    path("<slug:key>/", views.show, name="show"),
    path("<slug:key>/andra/", editing.edit, name="edit"),
    path("<slug:key>/upphor/", editing.end, name="end"),
]
