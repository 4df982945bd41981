"""What a result says, in Swedish and English. Numbers are filled in by name; decimals follow the language."""

from collections.abc import Mapping

Words = Mapping[str, str]

DESIGNS: Mapping[str, Words] = {
    "description": {"sv": "Beskrivning utan jämförelse", "en": "Description without a comparison"},
    "before_after": {"sv": "Före och efter, utan kontrollgrupp", "en": "Before and after, without a control group"},
    "unadjusted": {"sv": "Två grupper som de är", "en": "Two groups as they are"},
    "adjusted": {
        "sv": "Två grupper, justerade för kända skillnader",
        "en": "Two groups, adjusted for known differences",
    },
    "experiment": {"sv": "Lottade grupper", "en": "Randomised groups"},
    "matched": {"sv": "Matchade grupper", "en": "Matched groups"},
    "weighted": {"sv": "Vägda grupper", "en": "Weighted groups"},
    "did": {
        "sv": "Förändring i gruppen jämförd med förändring i en kontrollgrupp (skillnad i skillnader)",
        "en": "Change in the group compared with change in a control group (difference in differences)",
    },
    "its": {"sv": "Avbruten tidsserie utan kontrollserie", "en": "Interrupted time series without a control series"},
    "its_controlled": {
        "sv": "Avbruten tidsserie med kontrollserie",
        "en": "Interrupted time series with a control series",
    },
    "stepped": {
        "sv": "Stegvis införande jämfört med dem som ännu inte börjat",
        "en": "Stepped roll-out compared with those who have not started yet",
    },
    "survival": {"sv": "Tid till händelse", "en": "Time to event"},
}

LIGHTS: Mapping[str, Words] = {
    "red": {
        "sv": "Rött: kan inte skilja en effekt från regression mot medelvärdet. Använd inte siffran som bevis.",
        "en": "Red: cannot tell an effect from regression to the mean. Do not use the figure as evidence.",
    },
    "amber": {
        "sv": "Gult: det finns en jämförelse, men den har brister nedan. Dra ingen slutsats av siffran ensam.",
        "en": "Amber: there is a comparison, but with the weaknesses below. Conclude nothing from the figure alone.",
    },
    "green": {
        "sv": "Grönt: jämförelsen har en kontroll och klarade de prov som gjordes. Det är inget bevis för en effekt.",
        "en": "Green: the comparison has a control and passed the tests made. That is not proof of an effect.",
    },
    "grey": {
        "sv": "Ingen jämförelse: siffran beskriver, och säger inget om effekt.",
        "en": "No comparison: the figure describes, and says nothing about an effect.",
    },
}

VERDICTS: Mapping[str, Words] = {
    "none": {
        "sv": "Kan inte skiljas från ingen effekt.",
        "en": "Cannot be told from no effect.",
    },
    "lower": {
        "sv": "Lägre än jämförelsen, mer än vad slumpen lätt förklarar.",
        "en": "Lower than the comparison, by more than chance easily explains.",
    },
    "higher": {
        "sv": "Högre än jämförelsen, mer än vad slumpen lätt förklarar.",
        "en": "Higher than the comparison, by more than chance easily explains.",
    },
    "uncontrolled": {
        "sv": "Okontrollerad siffra: den säger inte om insatsen gjorde någon skillnad.",
        "en": "Uncontrolled figure: it does not say whether the programme made a difference.",
    },
    "description": {"sv": "Beskriver hur det är.", "en": "Describes how it is."},
}

SENTENCES: Mapping[str, Words] = {
    "compared": {"sv": "{design}. {n} i analysen.", "en": "{design}. {n} in the analysis."},
    "ratio": {
        "sv": "Kvot {estimate} ({level} % intervall {low} till {high}); 1 betyder ingen skillnad.",
        "en": "Ratio {estimate} ({level} % interval {low} to {high}); 1 means no difference.",
    },
    "difference": {
        "sv": "Skillnad {estimate} ({level} % intervall {low} till {high}); 0 betyder ingen skillnad.",
        "en": "Difference {estimate} ({level} % interval {low} to {high}); 0 means no difference.",
    },
    "share": {
        "sv": "Andel {estimate} % ({level} % intervall {low} till {high} %).",
        "en": "Share {estimate} % ({level} % interval {low} to {high} %).",
    },
    "rate": {
        "sv": "Nivå {estimate} per tidsenhet ({level} % intervall {low} till {high}).",
        "en": "Rate {estimate} per unit of time ({level} % interval {low} to {high}).",
    },
    "time": {
        "sv": "Tid {estimate} ({level} % intervall {low} till {high}).",
        "en": "Time {estimate} ({level} % interval {low} to {high}).",
    },
    "unknown": {"sv": "okänt", "en": "unknown"},
}

ASSUMPTIONS: Mapping[str, Words] = {
    "parallel_trends": {
        "sv": "Utan insatsen hade grupperna förändrats lika mycket. Det går inte att bevisa.",
        "en": "Without the programme the groups would have changed alike. This cannot be proved.",
    },
    "no_spillover": {
        "sv": "Kontrollgruppen påverkas inte av insatsen.",
        "en": "The control group is not affected by the programme.",
    },
    "no_unmeasured": {
        "sv": "Inget viktigt som inte är mätt skiljer grupperna.",
        "en": "Nothing important that is unmeasured differs between the groups.",
    },
    "overlap": {
        "sv": "För varje behandlad finns jämförbara obehandlade.",
        "en": "For each of the treated there are comparable untreated.",
    },
    "nothing_else_changed": {
        "sv": "Inget annat ändrades samtidigt.",
        "en": "Nothing else changed at the same time.",
    },
    "no_regression_to_mean": {
        "sv": "Gruppen valdes inte för att den hade ovanligt mycket vård. Så är det nästan aldrig.",
        "en": "The group was not chosen for having unusually much care. That is almost never so.",
    },
    "same_population": {
        "sv": "Lika många bor där före och efter: det finns ingen folkmängd månad för månad att räkna med.",
        "en": "As many live there before and after: there is no population month by month to count with.",
    },
    "trend_goes_on": {
        "sv": "Den tidigare trenden hade fortsatt utan insatsen.",
        "en": "The earlier trend would have gone on without the programme.",
    },
    "no_anticipation": {
        "sv": "Ingen ändrade sig i väntan på insatsen.",
        "en": "Nobody changed while waiting for the programme.",
    },
    "independent_clusters": {
        "sv": "Personer (eller enheter) är oberoende av varandra; upprepade mätningar får hänga ihop.",
        "en": "Persons (or units) are independent of each other; repeated measurements may hang together.",
    },
    "poisson": {
        "sv": "Händelserna inträffar oberoende av varandra.",
        "en": "The events happen independently of each other.",
    },
    "binomial": {
        "sv": "Svaren är oberoende, och de som svarat liknar dem som inte gjort det.",
        "en": "Answers are independent, and those who answered are like those who did not.",
    },
    "uninformative_censoring": {
        "sv": "De som försvinner ur uppföljningen liknar dem som är kvar.",
        "en": "Those lost from follow-up are like those who remain.",
    },
    "randomised": {"sv": "Lotten avgjorde vem som fick vad.", "en": "The lot decided who got what."},
}

WARNINGS: Mapping[str, Words] = {
    "no_control": {
        "sv": "Ingen kontrollgrupp: kan inte skilja från regression mot medelvärdet. Utan någon effekt alls ger samma "
        "jämförelse fall på 20–55 %.",
        "en": "No control group: cannot be told from regression to the mean. With no effect at all the same "
        "comparison gives falls of 20–55 %.",
    },
    "groups_as_they_are": {
        "sv": "Grupperna jämförs som de är: skillnaden kan bero på vilka som fick insatsen.",
        "en": "The groups are compared as they are: the difference may lie in who got the programme.",
    },
    "imbalance": {
        "sv": "Grupperna är olika även efter matchning eller vägning: {column} skiljer {smd} standardavvikelser.",
        "en": "The groups differ even after matching or weighting: {column} by {smd} standard deviations.",
    },
    "unmatched": {
        "sv": "{count} av {of} behandlade har ingen jämförbar kontroll och ingår inte.",
        "en": "{count} of {of} treated have no comparable control and are left out.",
    },
    "few_clusters": {
        "sv": "Bara {count} oberoende grupper: intervallet är osäkert.",
        "en": "Only {count} independent clusters: the interval is uncertain.",
    },
    "few_events": {
        "sv": "Bara {count} händelser i den minsta cellen: intervallet är osäkert.",
        "en": "Only {count} events in the smallest cell: the interval is uncertain.",
    },
    "pre_trend": {
        "sv": "Grupperna skilde sig åt redan före starten (p = {p}).",
        "en": "The groups went apart already before the start (p = {p}).",
    },
    "placebo": {
        "sv": "En påhittad tidigare start ger också utslag: kvot {estimate}.",
        "en": "A made-up earlier start also gives an effect: ratio {estimate}.",
    },
    "negative_control": {
        "sv": "Ett utfall som insatsen inte kan påverka ger också utslag: {estimate}.",
        "en": "An outcome that the programme cannot affect also gives an effect: {estimate}.",
    },
    "matched_on_outcome": {
        "sv": "Grupperna är matchade på utfallet självt före starten: det som var slump går isär igen efteråt och "
        "kan se ut som en effekt.",
        "en": "The groups are matched on the outcome itself before the start: what was chance goes apart again "
        "afterwards and may look like an effect.",
    },
    "no_control_series": {
        "sv": "Ingen kontrollserie: något annat som ändrades samtidigt kan ligga bakom.",
        "en": "No control series: something else that changed at the same time may lie behind.",
    },
    "autocorrelation": {
        "sv": "Månaderna hänger ihop mer än modellen fångar (p = {p}).",
        "en": "The periods hang together more than the model captures (p = {p}).",
    },
    "no_season": {
        "sv": "Kortare än två år eller utan årstid i modellen: säsong kan se ut som effekt.",
        "en": "Shorter than two years or without season in the model: season may look like an effect.",
    },
    "overdispersed": {
        "sv": "Utfallen varierar {factor} gånger mer än slumpen: intervallet är för smalt om det bygger på Poisson.",
        "en": "Outcomes vary {factor} times more than chance: an interval from Poisson is too narrow.",
    },
    "weak_overlap": {
        "sv": "Få obehandlade liknar de behandlade: {effective} kontroller bär hela jämförelsen.",
        "en": "Few untreated are like the treated: {effective} controls carry the whole comparison.",
    },
    "not_reached": {
        "sv": "Så stor andel har ännu inte nåtts under uppföljningen.",
        "en": "That share has not been reached during follow-up.",
    },
    "small_n": {"sv": "Bara {n} i underlaget.", "en": "Only {n} behind the figure."},
}

CANNOT_SAY: Mapping[str, Words] = {
    "description": {
        "sv": "Säger inte varför det är så, och inte vad en insats skulle ändra.",
        "en": "Does not say why it is so, nor what a programme would change.",
    },
    "before_after": {
        "sv": "Säger inte vad som hade hänt utan insatsen: den som börjar när det är som värst blir ofta bättre ändå.",
        "en": "Does not say what would have happened without the programme: who starts at the worst often gets better.",
    },
    "unadjusted": {
        "sv": "Säger inte om skillnaden beror på insatsen eller på vilka som fick den.",
        "en": "Does not say whether the difference comes from the programme or from who got it.",
    },
    "adjusted": {
        "sv": "Säger inget om skillnader som inte är mätta, till exempel hur svag någon är.",
        "en": "Says nothing about differences that are not measured, such as frailty.",
    },
    "experiment": {
        "sv": "Säger inget om andra än dem som lottades.",
        "en": "Says nothing about others than those randomised.",
    },
    "matched": {
        "sv": "Säger inget om skillnader som inte är mätta, och inget om dem som inte kunde matchas.",
        "en": "Says nothing about differences that are not measured, nor about those who could not be matched.",
    },
    "weighted": {
        "sv": "Säger inget om skillnader som inte är mätta.",
        "en": "Says nothing about differences that are not measured.",
    },
    "did": {
        "sv": "Säger inget om sådant som ändrades samtidigt i bara den ena gruppen.",
        "en": "Says nothing about what changed at the same time in one group only.",
    },
    "its": {
        "sv": "Säger inte om det var insatsen eller något annat vid samma tid.",
        "en": "Does not say whether it was the programme or something else at that time.",
    },
    "its_controlled": {
        "sv": "Säger inget om sådant som ändrades samtidigt i bara den ena serien.",
        "en": "Says nothing about what changed at the same time in one series only.",
    },
    "stepped": {
        "sv": "Säger inget om varför några började före andra.",
        "en": "Says nothing about why some started before others.",
    },
    "survival": {
        "sv": "Säger inget om dem som försvann ur uppföljningen av skäl som hänger ihop med utfallet.",
        "en": "Says nothing about those lost for reasons tied to the outcome.",
    },
}


def word(table: Mapping[str, Words], code: str, language: str) -> str:
    """The text of a code; Swedish where the language is not known."""
    texts = table[code]
    return texts.get(language, texts["sv"])


def number(value: float | int | str, language: str, digits: int = 2) -> str:
    """A number as written in the language: thousands apart, a decimal comma in Swedish; "unknown" for NaN."""
    if isinstance(value, str):
        return value
    if value != value:
        return word(SENTENCES, "unknown", language)
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "−∞"
    whole = isinstance(value, int) or abs(value) >= 1000
    text = f"{value:,.0f}" if whole else f"{value:,.{digits}f}"
    text = text.replace("-", "−")
    return text.replace(",", "\u00a0").replace(".", ",") if language == "sv" else text
