"""Answering a questionnaire with a code, without signing in: open to everybody, and slow to guess at."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from narvard.access.pages import public
from narvard.access.signin.limits import address_of
from narvard.core import audit, clock
from narvard.core.errors import Refused
from narvard.followup.questionnaires import actions, rules
from narvard.followup.questionnaires.codes import digest
from narvard.followup.questionnaires.definitions import Questionnaire, questionnaires, said, scale
from narvard.followup.questionnaires.models import Code

# No answer is chosen beforehand, not this one either.
UNKNOWN = "unknown"


class CodeForm(forms.Form):
    """The letters on the card."""

    code = forms.CharField(
        label=gettext_lazy("Koden på lappen"),
        help_text=gettext_lazy("Åtta bokstäver. Stora eller små spelar ingen roll."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "w-12"}),
    )


class AnswerForm(forms.Form):
    """Each question with the steps of the scale; any may be passed over."""

    def __init__(self, asked: Questionnaire, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [(str(step.value), said(step.words)) for step in scale()]
        for question in asked.questions:
            self.fields[question.key] = forms.ChoiceField(
                label=said(question.text),
                choices=[*steps, (UNKNOWN, _("Vet inte"))],
                required=False,
                widget=forms.RadioSelect,
            )

    @property
    def answers(self) -> dict[str, int]:
        """The steps chosen; what was passed over is not there."""
        return {key: int(value) for key, value in self.cleaned_data.items() if value not in {"", UNKNOWN}}


@public(methods=("GET", "POST"))
def enter(request: HttpRequest) -> HttpResponse:
    """Type the code on the card."""
    bound = CodeForm(request.POST) if request.method == "POST" else CodeForm()
    if request.method == "POST" and bound.is_valid():
        typed = "".join(letter for letter in bound.cleaned_data["code"].upper() if letter.isalpha())
        if typed:
            return HttpResponseRedirect(reverse("answer:form", args=[typed]))
        bound.add_error("code", _("Skriv bokstäverna på lappen."))
    return render(request, "questionnaires/enter.html", {"form": bound}, status=409 if bound.errors else 200)


@public()
def thanks(request: HttpRequest) -> HttpResponse:
    """It has been answered."""
    return render(request, "questionnaires/thanks.html")


@public(methods=("GET", "POST"))
def form(request: HttpRequest, code: str) -> HttpResponse:
    """The questions, and the answer."""
    at = clock.now()
    address = address_of(request) or ""
    try:
        rules.refuse_guesser(address, at)
        row = rules.usable(Code.objects.select_related("round__unit").filter(digest=digest(code)).first(), at)
    except rules.TooManyTries as error:
        return _kindly(request, str(error), status=429)
    except rules.CodeUnknown as error:
        rules.count_wrong(address, at)
        return _kindly(request, str(error), status=404)
    except Refused as error:
        return _kindly(request, str(error), status=409)
    asked = questionnaires()[row.round.questionnaire]
    bound = AnswerForm(asked, request.POST if request.method == "POST" else None)
    if request.method == "POST" and bound.is_valid():
        try:
            actions.answer(code=code, answers=bound.answers, by=audit.SYSTEM, at=at)
        except rules.NothingAnswered as error:
            bound.add_error(None, str(error))
        except Refused as error:
            return _kindly(request, str(error), status=409)
        else:
            return HttpResponseRedirect(reverse("answer:thanks"))
    context = {"form": bound, "name": said(asked.name), "intro": said(asked.intro), "unit": row.round.unit.name}
    return render(request, "questionnaires/answer.html", context, status=409 if bound.errors else 200)


def _kindly(request: HttpRequest, words: str, *, status: int) -> HttpResponse:
    """Why it cannot be answered, and where to type another code."""
    return render(request, "questionnaires/refused.html", {"words": words}, status=status)
