"""Addresses of log control."""

from django.urls import path

from narvard.desk.log import extracts, reviewing, views

app_name = "log"
urlpatterns = [
    path("", reviewing.queue, name="queue"),
    path("granskning/<uuid:pk>/", reviewing.review, name="review"),
    path("nodoppning/<uuid:event>/<uuid:patient>/", reviewing.take_up, name="take-up"),
    path("sok/", views.find, name="find"),
    path("patient/<uuid:pk>/", views.patient, name="patient"),
    path("person/<uuid:pk>/", views.staff, name="staff"),
    path("enhet/<uuid:pk>/", views.unit, name="unit"),
    path("utdrag/<uuid:pk>/", extracts.sheet, name="extract"),
    path("utdrag/<uuid:pk>/csv/", extracts.table, name="extract-csv"),
    path("utdrag/<uuid:pk>/text/", extracts.text, name="extract-text"),
]
