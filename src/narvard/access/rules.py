"""The rules of access by name: what each says, its verdict, and the law it rests on. ``docs/access.md`` shows them."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What an access decision can be."""

    ALLOW = "allow"
    CHOICE = "allow with active choice"
    BLOCKED = "blocked data exists"
    DENY = "deny"


@dataclass(frozen=True)
class Rule:
    """A rule: its verdict, what it says, and its source."""

    verdict: Verdict
    says: str
    law: str


RULES: dict[str, Rule] = {
    "care-relation": Rule(
        Verdict.ALLOW,
        "a unit with a current care relation opens identity, responsibility, whom to call and the times of visits",
        "PDL 4 kap. 1 §",
    ),
    "sent-request": Rule(
        Verdict.ALLOW, "a unit opens a request that it sent, and what was answered, though not the patient", "PDL 4:1"
    ),
    "disclosed-to-this-unit": Rule(
        Verdict.ALLOW,
        "what the unit wrote itself, and the requests, hand-overs and visits that it sends, receives or comes to",
        "PDL 4:1; OSL 10:1, 25:11",
    ),
    "open-to-all-who-take-part": Rule(
        Verdict.ALLOW,
        "named contacts, hospital stays and deaths are told to every unit that takes part in the care",
        "lag 2017:612 2 kap.; PDL 6 kap.",
    ),
    "own-branch": Rule(
        Verdict.ALLOW, "rows of other units of the same provider and branch, once chosen", "PDL 4:1; HSLF-FS 2016:40"
    ),
    "consent-to-shared-record": Rule(
        Verdict.ALLOW, "rows of another provider, with consent in force and once chosen", "lag 2022:913 3 kap."
    ),
    "consent-to-social-data": Rule(
        Verdict.ALLOW, "social services' rows, with consent to just that and once chosen", "OSL 26:1, 10:1"
    ),
    "emergency": Rule(
        Verdict.ALLOW,
        "what the reader opened in an emergency, for the kinds named and at most 24 hours, blocked or not",
        "PDL 4:5; lag 2022:913 3 kap.",
    ),
    "must-go-there": Rule(Verdict.ALLOW, "the hidden place, for the unit that goes there", "OSL 22:1, 21:3"),
    "right-to-protected-identity": Rule(
        Verdict.ALLOW, "the hidden place, for a commission with that right", "OSL 22:1"
    ),
    "choice-own-provider": Rule(
        Verdict.CHOICE,
        "rows of other units of the same provider: the reader must choose, with a reason",
        "HSLF-FS 2016:40",
    ),
    "choice-across-providers": Rule(
        Verdict.CHOICE,
        "rows of another provider, consented to: the reader must choose, with a reason",
        "HSLF-FS 2016:40",
    ),
    "colleague": Rule(
        Verdict.CHOICE,
        "a patient who works at the reader's unit: the reader must choose, with a reason",
        "PDL 4:1, 4:3",
    ),
    "blocked": Rule(
        Verdict.BLOCKED,
        "the patient has blocked it: that something is blocked is told, never what",
        "PDL 4:4; lag 2022:913",
    ),
    "own-record": Rule(Verdict.DENY, "nobody opens the own record at work", "PDL 4:1"),
    "purpose-is-not-care": Rule(
        Verdict.DENY, "the commission's purpose is not care or social services", "PDL 2:4, 4:1"
    ),
    "no-care-relation": Rule(Verdict.DENY, "the unit has no current care relation", "PDL 4:1"),
    "sent-request-only": Rule(Verdict.DENY, "the unit only sent a request: the patient stays closed", "PDL 4:1"),
    "emergency-for-other-kinds": Rule(
        Verdict.DENY, "the emergency was opened for other kinds of information", "PDL 4:5"
    ),
    "no-consent-across-providers": Rule(
        Verdict.DENY, "another provider's row, without the patient's consent", "lag 2022:913 3 kap."
    ),
    "commission-without-shared-record": Rule(
        Verdict.DENY, "another provider's row, and the commission lacks the right to shared records", "HSLF-FS 2016:40"
    ),
    "social-services-secrecy": Rule(
        Verdict.DENY, "social services' row, without the patient's consent to just that", "OSL 26:1"
    ),
    "social-services-read-no-care-record": Rule(
        Verdict.DENY, "the social services read coordination with consent, never the care record", "OSL 25:1"
    ),
    "protected-identity": Rule(Verdict.DENY, "the place of a person with protected identity", "OSL 22:1, 21:3"),
}


def table() -> str:
    """The rules as a Markdown table, in the order of the verdicts."""
    lines = ["| rule | verdict | what it says | source |", "|---|---|---|---|"]
    lines += [f"| `{name}` | {rule.verdict.value} | {rule.says} | {rule.law} |" for name, rule in RULES.items()]
    return "\n".join(lines)
