"""Addresses of the deviation pages."""

from django.urls import path

from narvard.desk.deviations import acting, figures, reporting, views

app_name = "deviations"
urlpatterns = [
    path("", views.listed, name="list"),
    path("ny/", reporting.new, name="new"),
    path("siffror/", figures.show, name="figures"),
    path("siffror/utskrift/", figures.sheet, name="figures-print"),
    path("siffror/export/", figures.export, name="export"),
    path("fil/<uuid:pk>/", views.file, name="file"),
    path("<uuid:pk>/", views.show, name="page"),
    *(path(f"<uuid:pk>/{step.path}/", acting.view(step), name=step.name) for step in acting.STEPS),
]
