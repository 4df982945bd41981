"""Building SVG as a tree, so that every text is escaped by the library and no string is pasted."""

import math
from xml.etree import ElementTree as ET

from django.utils.safestring import SafeString, mark_safe

Node = ET.Element


def node(tag: str, text: str = "", **attributes: str | float) -> Node:
    """An element. `class_` becomes class, underscores become hyphens, floats get at most two decimals."""
    return _fill(ET.Element(tag), text, attributes)


def add(parent: Node, tag: str, text: str = "", **attributes: str | float) -> Node:
    """Append an element to `parent` and return it."""
    return _fill(ET.SubElement(parent, tag), text, attributes)


def markup(tree: Node) -> SafeString:
    """The tree as markup that may stand in a page: ElementTree has escaped every text and attribute."""
    return mark_safe(ET.tostring(tree, encoding="unicode"))  # noqa: S308 - built from a tree, never from strings


def percent(value: float, low: float, high: float) -> str:
    """Where `value` lies between `low` and `high`, as a percentage kept within 0 and 100."""
    share = 0.0 if high <= low else (value - low) / (high - low)
    return f"{_short(100 * min(1.0, max(0.0, share)))}%"


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from at or below `low` to at or above `high`, at most about `most` of them.

    The step is 1, 2 or 5 times a power of ten (Heckbert, "Nice numbers for graph labels", 1990).
    """
    if high <= low:
        high = low + 1
    rough = (high - low) / max(1, most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough - 1e-12)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def _fill(element: Node, text: str, attributes: dict[str, str | float]) -> Node:
    for name, value in attributes.items():
        element.set(name.rstrip("_").replace("_", "-"), value if isinstance(value, str) else _short(value))
    if text:
        element.text = text
    return element


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
