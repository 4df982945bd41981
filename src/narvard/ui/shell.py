"""What the frame around every page shows. `desk` builds one `Shell` per request; `ui/base.html` draws it."""

from collections.abc import Sequence
from dataclasses import dataclass

# Four places fit a thumb's bar at 360 px; header.html hides the rest of them there by the same number.
BAR_PLACES = 4


@dataclass(frozen=True)
class NavItem:
    """A place in the main navigation. `count` is work waiting there; None shows no number."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class CommissionChoice:
    """One commission the signed-in person may act under; `key` is posted as `commission`."""

    key: str
    role: str
    unit: str
    current: bool = False


@dataclass(frozen=True)
class Shell:
    """The frame of a page: who acts and where one can go. An empty URL hides its part."""

    user_name: str = ""
    home_url: str = "/"
    nav: Sequence[NavItem] = ()
    commissions: Sequence[CommissionChoice] = ()
    switch_url: str = ""
    find_url: str = ""
    sign_out_url: str = ""
    account_url: str = ""
    demo_url: str = ""
    report_url: str = ""

    @property
    def commission(self) -> CommissionChoice | None:
        """The commission acted under, or None before one is chosen."""
        return next((choice for choice in self.commissions if choice.current), None)

    @property
    def more(self) -> Sequence[NavItem]:
        """The places that a phone's bar has no room for: they stand in its menu."""
        return self.nav[BAR_PLACES:]
