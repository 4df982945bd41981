"""Addresses of the questionnaires' pages at work."""

from django.urls import path

from narvard.desk.questionnaires import views

app_name = "questionnaires"
urlpatterns = [
    path("", views.listed, name="list"),
    path("fragor/", views.asked, name="asked"),
    path("<uuid:pk>/", views.show, name="round"),
    path("<uuid:pk>/koder/", views.codes, name="codes"),
    path("<uuid:pk>/outdelade/", views.unused, name="unused"),
    path("<uuid:pk>/avsluta/", views.close, name="close"),
    path("<uuid:pk>/fil/", views.export, name="export"),
]
