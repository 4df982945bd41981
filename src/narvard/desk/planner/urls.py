"""Addresses of the planner's pages."""

from django.urls import path

from narvard.desk.planner import adding, moving, shifts, views, visits

app_name = "planner"
urlpatterns = [
    path("", views.day, name="day"),
    path("planera/", views.plan, name="plan"),
    path("korning/<uuid:pk>/", views.run, name="run"),
    path("utan-plats/", views.unplanned, name="unplanned"),
    path("flytta/", moving.move, name="move"),
    path("pass/nytt/", adding.new_shift, name="new-shift"),
    path("pass/<uuid:pk>/", shifts.shift, name="shift"),
    path("aktivitet/ny/", adding.new_activity, name="new-activity"),
    path("besok/<uuid:pk>/", visits.visit, name="visit"),
    path("besok/<uuid:pk>/platser/", moving.options, name="options"),
    path("besok/<uuid:pk>/las/", visits.pin, name="pin"),
    path("besok/<uuid:pk>/stall-in/", visits.cancel, name="cancel"),
    path("kontakt/<uuid:pk>/besok/", adding.new_visit, name="new-visit"),
    path("kontakt/<uuid:pk>/behov/", adding.new_need, name="new-need"),
    path("behov/<uuid:pk>/avsluta/", adding.end_need, name="end-need"),
]
