"""Addresses of the patient's pages."""

from django.urls import path

from narvard.desk.mypage import representatives
from narvard.desk.patient import beginning, blocks, corrections, ending, life, moving, notes, openings, views

app_name = "patient"
urlpatterns = [
    path("mina/", views.mine, name="mine"),
    path("hitta/", views.search, name="search"),
    path("inlaggning/", life.admit_stranger, name="admit-stranger"),
    path("samtycke/<uuid:pk>/ta-tillbaka/", notes.withdraw, name="withdraw-consent"),
    path("nodoppning/", openings.emergency_stranger, name="emergency-stranger"),
    path("sparr/<uuid:pk>/ta-bort/", blocks.remove, name="remove-block"),
    path("sparr/<uuid:pk>/hav/", blocks.lift, name="lift-block"),
    path("anteckning/<uuid:pk>/", corrections.note, name="note"),
    path("anteckning/<uuid:pk>/ratta/", corrections.correct_note, name="correct-note"),
    path("anteckning/<uuid:pk>/oriktig/", corrections.dispute_note, name="dispute-note"),
    path("uppgift/<uuid:pk>/", corrections.fact, name="fact"),
    path("uppgift/<uuid:pk>/fel/", corrections.void_fact, name="void-fact"),
    path("uppgift/<uuid:pk>/oriktig/", corrections.dispute_fact, name="dispute-fact"),
    path("<uuid:pk>/", views.show, name="page"),
    path("<uuid:pk>/inskrivning/", beginning.enrol, name="enrol"),
    path("<uuid:pk>/kontakt/", beginning.contact, name="contact"),
    path("<uuid:pk>/samtycke/", notes.consent, name="consent"),
    path("<uuid:pk>/visa-mer/", openings.choice, name="choice"),
    path("<uuid:pk>/nodoppning/", openings.emergency, name="emergency"),
    path("<uuid:pk>/sparrar/", blocks.blocks, name="blocks"),
    path("<uuid:pk>/sparrar/ny/", blocks.new_block, name="new-block"),
    path("<uuid:pk>/viktigt/", notes.matters, name="matters"),
    path("<uuid:pk>/fast-kontakt/", notes.designate, name="designate"),
    path("fast-kontakt/<uuid:pk>/ledig/", notes.leave, name="leave"),
    path("fast-kontakt/<uuid:pk>/avsluta/", notes.end_contact, name="end-contact"),
    path("<uuid:pk>/ombud/", representatives.staff_page, name="representatives"),
    path("ombud/<uuid:pk>/avsluta/", representatives.staff_end, name="end-representative"),
    path("<uuid:pk>/avliden/", life.death, name="death"),
    path("<uuid:pk>/avliden/angra/", life.undo_death, name="undo-death"),
    path("<uuid:pk>/flytt/", moving.move, name="move"),
    path("<uuid:pk>/flytt/angra/", moving.undo_move, name="undo-move"),
    path("<uuid:pk>/inlaggning/", life.admit, name="admit"),
    path("<uuid:pk>/inlaggning/angra/", life.undo_admission, name="undo-admission"),
    path("<uuid:pk>/utskrivning/", life.discharge, name="discharge"),
    path("<uuid:pk>/utskrivning/angra/", life.undo_discharge, name="undo-discharge"),
    path("<uuid:pk>/utskrivningsdag/", life.plan_discharge, name="plan-discharge"),
    path("att-gora/<uuid:pk>/", life.duty, name="duty"),
    path("kontakt/<uuid:pk>/svar/", ending.answer, name="answer"),
    path("kontakt/<uuid:pk>/avsluta/", ending.end, name="end"),
]
