"""Addresses of dimensioning and scenarios."""

from django.urls import path

from narvard.desk.capacity import dimensioning, editing, files, views

app_name = "capacity"
urlpatterns = [
    path("", views.listed, name="list"),
    path("dimensionering/", dimensioning.show, name="dimension"),
    path("nytt/", editing.new, name="new"),
    path("<uuid:pk>/", views.scenario, name="scenario"),
    path("<uuid:pk>/csv/", files.table, name="csv"),
    path("<uuid:pk>/xlsx/", files.workbook, name="xlsx"),
    path("<uuid:pk>/rapport/", files.report, name="report"),
    path("<uuid:pk>/modell/", files.model, name="model"),
    path("<uuid:pk>/befolkning/", files.people, name="people"),
    path("<uuid:pk>/lage/", views.progress, name="progress"),
    path("<uuid:pk>/kor/", views.start, name="start"),
    path("<uuid:pk>/avbryt/", views.cancel, name="cancel"),
]
