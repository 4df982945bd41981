"""Addresses where a questionnaire is answered, without signing in."""

from django.urls import path

from narvard.desk.questionnaires import answering

app_name = "answer"
urlpatterns = [
    path("", answering.enter, name="enter"),
    path("tack/", answering.thanks, name="thanks"),
    path("<str:code>/", answering.form, name="form"),
]
