"""Addresses of the plans' pages."""

from django.urls import path

from narvard.desk.plans import binder, kits, pictures, standing, views, writing

app_name = "plans"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("ny/<uuid:pk>/", writing.choose, name="choose"),
    path("ny/<uuid:pk>/borja/", writing.start, name="start"),
    path("lada/ny/<uuid:pk>/", kits.place, name="kit-place"),
    path("lada/<uuid:pk>/", kits.show, name="kit"),
    path("lada/<uuid:pk>/fyll/", kits.fill, name="kit-fill"),
    path("lada/<uuid:pk>/lard/", kits.teach, name="kit-teach"),
    path("lada/<uuid:pk>/ta-hem/", kits.take_home, name="kit-return"),
    path("lada/lakemedel/<uuid:pk>/dos/", kits.give, name="kit-give"),
    path("lada/lakemedel/<uuid:pk>/ordination/", kits.prescribe, name="kit-prescribe"),
    path("lada/lakemedel/<uuid:pk>/kassera/", kits.discard, name="kit-discard"),
    path("lada/dos/<uuid:pk>/effekt/", kits.effect, name="kit-effect"),
    path("parm/<uuid:pk>/", binder.show, name="binder"),
    path("parm/<uuid:pk>/ny/", binder.make, name="binder-make"),
    path("parm/version/<uuid:pk>/", binder.pdf, name="binder-pdf"),
    path("parm/version/<uuid:pk>/i-hemmet/", binder.put, name="binder-put"),
    path("parm/<uuid:pk>/ny-bild/", pictures.add, name="picture-add"),
    path("parm/bild/<uuid:pk>/", pictures.show, name="picture"),
    path("parm/bild/<uuid:pk>/ta-bort/", pictures.remove, name="picture-remove"),
    path("<uuid:pk>/", views.show, name="page"),
    path("<uuid:pk>/utskrift/", views.print_plan, name="print"),
    path("<uuid:pk>/skriv/", writing.write, name="write"),
    path("<uuid:pk>/signera/", writing.sign, name="sign"),
    path("<uuid:pk>/ny-version/", writing.renew, name="renew"),
    path("<uuid:pk>/kasta/", writing.drop, name="drop"),
    path("<uuid:pk>/last/", standing.read, name="read"),
    path("<uuid:pk>/skicka/", standing.share, name="share"),
    path("<uuid:pk>/sedd-over/", standing.review, name="review"),
    path("<uuid:pk>/samtycke/", standing.consent, name="consent"),
    path("<uuid:pk>/samtycke/aterta/", standing.withdraw, name="withdraw"),
    path("<uuid:pk>/avsluta/", standing.end, name="end"),
]
