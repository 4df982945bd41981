"""All addresses. Pages belong to ``desk``; this file only says under which path."""

from django.urls import include, path

urlpatterns = [
    path("", include("narvard.desk.urls")),
]
