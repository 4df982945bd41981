"""Activity codes of the demo's visits, out of the list that the visits room ships."""

from narvard.demo.stories import VisitStory
from narvard.visits.codes import all_codes

_BY_WORD = (
    ("sår", "NV203"),
    ("Insulin", "DT021"),
    ("smärtpump", "NV205"),
    ("Läkemedelsgenomgång", "NV206"),
    ("Läkemedelsöverlämnande", "NV207"),
    ("vikt och blodtryck", "NV106"),
    ("Kateter", "NV204"),
    ("Intravenös", "NV201"),
    ("Provtagning", "NV105"),
    ("Symtomskattning", "NV205"),
    ("strategi", "NV401"),
    ("Gemensamt", "NV405"),
    ("närstående", "NV403"),
    ("Handledning", "NV404"),
    ("Hjälpmedel", "NV302"),
    ("hjälpmedel", "NV302"),
    ("Träning", "NV301"),
    ("träning", "NV301"),
    ("Avlastning", "NV301"),
    ("Kostråd", "NV303"),
    ("Mat", "NV303"),
    ("Samtals", "NV401"),
)
_OTHERWISE = {"physician": "NV101", "physiotherapist": "NV103", "occupational_therapist": "NV103"}


def code_for(story: VisitStory) -> str:
    """The code of a kind of visit: by a word in it, else an assessment by the profession."""
    found = next((code for word, code in _BY_WORD if word in story.what), "")
    code = found or _OTHERWISE.get(story.profession, "NV102")
    if code not in all_codes():
        raise LookupError(f"the visits room does not know the code {code}")
    return code
