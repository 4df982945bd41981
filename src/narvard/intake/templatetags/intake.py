"""`{% load intake %}`: what the partial templates of requests need."""

import uuid
from typing import Any

from django import template

from narvard.intake import presenters
from narvard.intake.triage import Option

register = template.Library()


@register.filter
def criteria_lines(option: Option) -> list[dict[str, Any]]:
    """An option's criteria one by one, with badge and word."""
    return presenters.criteria_lines(option)


@register.simple_tag
def once_key() -> str:
    """A fresh once-only key, for small forms of which a page has several."""
    return str(uuid.uuid4())
