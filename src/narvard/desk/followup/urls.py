"""Addresses of the pages of figures."""

from django.urls import path

from narvard.desk.followup import registration, reports, views

app_name = "followup"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("definitioner/", views.definitions_page, name="definitions"),
    path("indikator/<slug:slug>/", views.indicator, name="indicator"),
    path("indikatorer.csv", views.export, {"kind": "csv"}, name="export-csv"),
    path("indikatorer.xlsx", views.export, {"kind": "xlsx"}, name="export-xlsx"),
    path("registrering/", registration.show, name="registration"),
    path("registrering/<uuid:pk>/sand/", registration.send, name="send-notice"),
    path("registrering/meddelande/<uuid:pk>/last/", registration.read, name="read-notice"),
    path("manadsrapport/", reports.newest, name="report"),
    path("manadsrapport/<str:month>/", reports.show, name="report-month"),
    path("manadsrapport/<str:month>/rapport.pdf", reports.pdf, name="report-pdf"),
    path("manadsrapport/<str:month>/rapport.xlsx", reports.sheets, name="report-xlsx"),
]
