"""Addresses of the discharge pages."""

from django.urls import path

from narvard.desk.discharge import acting, supplies, views

app_name = "discharge"
urlpatterns = [
    path("", views.mine, name="list"),
    path("<uuid:pk>/", views.show, name="page"),
    path("<uuid:pk>/meddelande/", acting.notice, name="notice"),
    path("<uuid:pk>/klar/", acting.ready, name="ready"),
    path("<uuid:pk>/hem/", acting.home, name="home"),
    path("<uuid:pk>/mote/", acting.meeting, name="meeting"),
    path("<uuid:pk>/bekrafta/", acting.confirm, name="confirm"),
    path("bestall/<uuid:pk>/", supplies.order, name="order"),
    path("material/<uuid:pk>/levererat/", supplies.deliver, name="deliver"),
    path("material/<uuid:pk>/avbestall/", supplies.cancel, name="cancel"),
]
