"""Addresses of the payment pages."""

from django.urls import path

from narvard.desk.payment import views

app_name = "payment"
urlpatterns = [
    path("", views.listed, name="list"),
    path("ny/", views.new, name="new"),
    path("<uuid:pk>/", views.show, name="agreement"),
    path("<uuid:pk>/beslut/", views.decide, name="decide"),
    path("<uuid:pk>/faststall/", views.settle, name="settle"),
    path("<uuid:pk>/rakna/", views.reckon, name="reckon"),
    path("<uuid:pk>/fil/<slug:kind>/", views.export, name="export"),
]
