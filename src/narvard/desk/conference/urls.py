"""Addresses of the conferences' pages."""

from django.urls import path

from narvard.desk.conference import cases, views

app_name = "conference"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("ny/", views.new, name="new"),
    path("ta-upp/<uuid:pk>/", cases.put, name="put-up"),
    path("fall/<uuid:pk>/", cases.show, name="case"),
    path("fall/<uuid:pk>/beslut/", cases.decide, name="decide"),
    path("fall/<uuid:pk>/ta-bort/", cases.remove, name="remove"),
    path("<uuid:pk>/", views.show, name="page"),
    path("<uuid:pk>/hallen/", views.hold, name="hold"),
    path("<uuid:pk>/stang/", views.close, name="close"),
]
