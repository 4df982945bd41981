"""`{% load intake %}`: what the partial templates of requests need."""

import uuid

from django import template

register = template.Library()


@register.simple_tag
def once_key() -> str:
    """A fresh once-only key, for small forms of which a page has several."""
    return str(uuid.uuid4())
