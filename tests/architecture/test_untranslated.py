"""No text of the interface escapes translation: templates hold no bare words, code no Swedish outside gettext."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import PACKAGE, product_files, shown, tree

# The name, and the switch that each reads in a language of their own.
BARE = {"Närvård", "– Närvård", "Språk / Language", "Svenska", "English"}
# Not shown as words: HSA's codes, the alphabet, names of places and sources, the demonstration's data, an engine
# without Django.
EXCEPTED = ("access/signin/hsa.py", "core/sorting.py", "demo/", "engines/", "ui/maps.py", "ui/styleguide.py")
GETTEXT = {
    "_",
    *(f"{prefix}gettext{suffix}" for prefix in ("", "n", "p", "np") for suffix in ("", "_lazy")),
    "gettext_noop",
}
SWEDISH = re.compile(r"[åäöÅÄÖ]|(?<!\S)(och|till|inte|eller|som|med)(?!\S)")

_TRANSLATED = re.compile(r"\{%\s*blocktranslate.*?endblocktranslate\s*%\}", re.S)
_NO_WORDS = re.compile(
    r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|<(script|style)\b.*?</\1>"
    # These blocks hold a class name.
    r"|\{%\s*block [a-z_]+_class\s*%\}.*?\{%\s*endblock\s*%\}",
    re.S,
)
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
_ATTRIBUTE = re.compile(r"""\b(?:aria-label|title|placeholder|alt)=["']([^"']*)["']""")
_LITERAL = re.compile(r'(?<!_\()"([^"]*)"')


def bare_words(source: str) -> list[str]:
    """The words of a template that no tag translates: between tags, in spoken attributes, in arguments of tags."""
    source = _TRANSLATED.sub("\0", _NO_WORDS.sub("\0", source))
    arguments = [
        literal
        for tag in _TAG.findall(source)
        if not re.match(r"\{%\s*translate\b", tag)
        for literal in _LITERAL.findall(tag)
        if SWEDISH.search(literal)
    ]
    source = _TAG.sub("\0", source)
    spoken = [part for value in _ATTRIBUTE.findall(source) for part in value.split("\0")]
    between = re.sub(r"<[^>]*>", "\0", source).split("\0")
    words = [" ".join(part.split()) for part in [*arguments, *spoken, *between]]
    return [part for part in words if re.search(r"[^\W\d_]{2,}", part) and part not in BARE]


def untranslated(module: ast.Module) -> Iterator[ast.Constant]:
    """The Swedish strings of a module that stand outside gettext and are no docstring."""
    marked = {
        id(inner)
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and _called(node.func) in GETTEXT
        for inner in ast.walk(node)
    }
    docstrings = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    passed = marked | docstrings
    for node in ast.walk(module):
        if id(node) in passed or not isinstance(node, ast.Constant):
            continue
        if isinstance(node.value, str) and SWEDISH.search(node.value):
            yield node


def _called(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def templates() -> list[Path]:
    """Every template of the product."""
    return sorted(path for path in PACKAGE.rglob("*.html") if "tests" not in path.parts)


def test_templates_hold_no_bare_words() -> None:
    found = {shown(path): words for path in templates() if (words := bare_words(path.read_text(encoding="utf-8")))}
    assert found == {}


def test_code_holds_no_swedish_outside_gettext() -> None:
    found = {
        f"{shown(path)}:{node.lineno}": node.value
        for path in product_files()
        if not path.relative_to(PACKAGE).as_posix().startswith(EXCEPTED)
        for node in untranslated(tree(path))
    }
    assert found == {}


def test_the_search_sees_what_escapes() -> None:
    page = '{% stat "Väntar på svar" 3 %}<p title="Stäng">{% translate "Klart" %} Hej {{ name }}</p>'
    assert bare_words(page) == ["Väntar på svar", "Stäng", "Hej"]
    module = ast.parse('"""Hör hemma här."""\nA = _("Välj enhet")\nB = _text("Välj enhet")\n')
    assert [node.lineno for node in untranslated(module)] == [3]
