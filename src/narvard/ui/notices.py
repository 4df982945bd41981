"""Tell the reader afterwards what happened, with a way back where the law allows it."""

from django.contrib import messages
from django.http import HttpRequest

UNDO = "undo "


def tell(request: HttpRequest, text: str, *, undo_url: str = "") -> None:
    """Show `text` on the next page as done; with `undo_url` a button posts there to take it back."""
    messages.success(request, text, extra_tags=f"{UNDO}{undo_url}" if undo_url else "")


def warn(request: HttpRequest, text: str) -> None:
    """Show `text` on the next page as something to attend to."""
    messages.warning(request, text)


def refuse(request: HttpRequest, text: str) -> None:
    """Show `text` on the next page as something that was not done, and why."""
    messages.error(request, text)
