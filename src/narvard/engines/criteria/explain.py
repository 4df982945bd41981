"""Findings in plain words: "4 av 6 uppfyllda; okänt: stående läkemedel"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from narvard.engines.criteria.expression import All, Any, AtLeast, Compare, Expression, Finding, Not
from narvard.engines.criteria.facts import FactKind, FactType, Truth, Value, Words

_PHRASES: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "count": "{met} av {of} uppfyllda",
        "needed": "minst {n} krävs",
        "met": "uppfyllt",
        "not_met": "ej uppfyllt",
        "unknown": "okänt",
        "at_least": "{fact} minst {value}",
        "at_most": "{fact} högst {value}",
        "above": "{fact} mer än {value}",
        "below": "{fact} mindre än {value}",
        "equals": "{fact} {value}",
        "is": "{fact}: {value}",
        "one_of": "{fact}: {value}",
        "includes_any": "{fact}: {value}",
        "includes_all": "{fact}: {value}",
        "yes": "ja",
        "no": "nej",
        "or": " eller ",
        "and": " och ",
        "not": "inte ({part})",
        "group_all": "alla {of}",
        "group_any": "minst en av {of}",
        "group_at_least": "minst {n} av {of}",
    },
    "en": {
        "count": "{met} of {of} met",
        "needed": "at least {n} required",
        "met": "met",
        "not_met": "not met",
        "unknown": "unknown",
        "at_least": "{fact} at least {value}",
        "at_most": "{fact} at most {value}",
        "above": "{fact} more than {value}",
        "below": "{fact} less than {value}",
        "equals": "{fact} {value}",
        "is": "{fact}: {value}",
        "one_of": "{fact}: {value}",
        "includes_any": "{fact}: {value}",
        "includes_all": "{fact}: {value}",
        "yes": "yes",
        "no": "no",
        "or": " or ",
        "and": " and ",
        "not": "not ({part})",
        "group_all": "all {of}",
        "group_any": "at least one of {of}",
        "group_at_least": "at least {n} of {of}",
    },
}
_TRUTH = {Truth.MET: "met", Truth.NOT_MET: "not_met", Truth.UNKNOWN: "unknown"}


@dataclass(frozen=True)
class Line:
    """One criterion for a page: its truth, its words, how deep it stands, and the facts it asks for."""

    truth: Truth
    text: str
    depth: int
    facts: tuple[str, ...]


def explain(finding: Finding, language: str = "sv") -> str:
    """The finding in one sentence: how many are met, what is not, and which facts are unknown.

    ``language`` other than sv and en falls back to Swedish.
    """
    words = _PHRASES.get(language, _PHRASES["sv"])
    if not finding.parts or isinstance(finding.expression, Not):
        return f"{words[_TRUTH[finding.truth]]}: {describe(finding.expression, language)}"
    return "; ".join(_sentence(finding, language, words))


def _sentence(finding: Finding, language: str, words: Mapping[str, str]) -> Iterator[str]:
    expression = finding.expression
    if isinstance(expression, Any) and finding.truth is Truth.MET:
        met = [part for part in finding.parts if part.truth is Truth.MET]
        yield f"{words['met']}: {', '.join(describe(part.expression, language) for part in met)}"
        return
    yield words["count"].format(met=finding.count(Truth.MET), of=len(finding.parts))
    if isinstance(expression, AtLeast) and finding.truth is not Truth.MET:
        yield words["needed"].format(n=expression.count)
    if not isinstance(expression, AtLeast):
        missed = [part.expression for part in finding.parts if part.truth is Truth.NOT_MET]
        if missed:
            yield f"{words['not_met']}: {', '.join(describe(part, language) for part in missed)}"
    unknown = wanting(finding)
    if unknown:
        yield f"{words['unknown']}: {', '.join(_word(fact.label, language) for fact in unknown)}"


def wanting(finding: Finding) -> tuple[FactKind, ...]:
    """The facts that are unknown and asked for, each once, in the order of the criteria.

    A part that is settled whatever its unknown facts turn out to be asks for none of them.
    """
    leaves = [leaf.expression for part in finding.parts or (finding,) for leaf in _unsettled(part)]
    return tuple({leaf.fact.name: leaf.fact for leaf in leaves if isinstance(leaf, Compare)}.values())


def _unsettled(finding: Finding) -> Iterator[Finding]:
    if finding.truth is not Truth.UNKNOWN:
        return
    if not finding.parts:
        yield finding
    for part in finding.parts:
        yield from _unsettled(part)


def _leaves(finding: Finding) -> Iterator[Finding]:
    if not finding.parts:
        yield finding
    for part in finding.parts:
        yield from _leaves(part)


def lines(finding: Finding, language: str = "sv", depth: int = 0) -> list[Line]:
    """Every criterion as a line, parts under their group, for a page that shows them one by one."""
    own = Line(finding.truth, describe(finding.expression, language), depth, _fact_names(finding))
    return [own, *(line for part in finding.parts for line in lines(part, language, depth + 1))]


def _fact_names(finding: Finding) -> tuple[str, ...]:
    names = [leaf.expression.fact.name for leaf in _leaves(finding) if isinstance(leaf.expression, Compare)]
    return tuple(dict.fromkeys(names))


def describe(expression: Expression, language: str = "sv") -> str:
    """The criterion itself in words, whatever the facts are."""
    own = _word(expression.text, language)
    if own:
        return own
    words = _PHRASES.get(language, _PHRASES["sv"])
    if isinstance(expression, Compare):
        return _comparison(expression, language, words)
    if isinstance(expression, Not):
        return words["not"].format(part=describe(expression.part, language))
    of = len(expression.parts)
    if isinstance(expression, AtLeast):
        return words["group_at_least"].format(n=expression.count, of=of)
    inner = words["and" if isinstance(expression, All) else "or"].join(
        describe(part, language) for part in expression.parts
    )
    return inner if of <= 3 else words["group_all" if isinstance(expression, All) else "group_any"].format(of=of)


def _comparison(expression: Compare, language: str, words: Mapping[str, str]) -> str:
    fact, wanted = expression.fact, expression.wanted
    if fact.type is FactType.BOOLEAN and wanted is True:
        return _word(fact.label, language)
    value = value_text(fact, wanted, language, words["and" if expression.operator == "includes_all" else "or"])
    return words[expression.operator].format(fact=_word(fact.label, language), value=value)


def value_text(fact: FactKind, value: Value, language: str = "sv", joint: str = ", ") -> str:
    """A fact's value in words: yes or no, the choice's name, a number with its unit."""
    words = _PHRASES.get(language, _PHRASES["sv"])
    if isinstance(value, bool):
        return words["yes" if value else "no"]
    if isinstance(value, frozenset):
        return joint.join(_word(fact.choices.get(item, {}), language) or item for item in sorted(value))
    if isinstance(value, str):
        return _word(fact.choices.get(value, {}), language) or value
    unit = _word(fact.unit, language)
    return f"{value:g} {unit}".rstrip()


def _word(text: Words, language: str) -> str:
    return text.get(language) or text.get("sv", "")
