"""Addresses of the patient's own page."""

from django.urls import path

from narvard.desk.mypage import entry, views

app_name = "mypage"
urlpatterns = [
    path("", views.home, name="home"),
    path("logga-in/", entry.go, name="go"),
    path("logga-in/svar/", entry.back, name="back"),
    path("logga-in/demo/", entry.demo, name="demo"),
    path("logga-ut/", entry.sign_out, name="sign-out"),
    path("viktigt/", views.words, name="words"),
    path("samtycke/<uuid:pk>/", views.withdraw, name="withdraw"),
    path("plan/<uuid:pk>/", views.plan, name="plan"),
    path("plan/<uuid:pk>/ta-tillbaka/", views.withdraw_plan, name="withdraw-plan"),
    path("blad/", views.sheet, name="sheet"),
    path("ombud/<uuid:pk>/", views.end, name="end"),
    path("for/<uuid:pk>/", views.represented, name="represented"),
    path("logg/", views.log, name="log"),
]
