"""The table of rules in the documentation is the code's."""

import re
from pathlib import Path

from narvard.access import policy, rules

ROOT = Path(__file__).parents[4]


def test_the_documentation_shows_the_rules_of_the_code():
    shown = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    assert f"<!-- rules -->\n{rules.table()}\n<!-- /rules -->" in shown


def test_the_policy_names_every_rule_and_no_other():
    source = Path(policy.__file__).read_text(encoding="utf-8")
    named = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source))
    assert named == set(rules.RULES) - {"colleague", "emergency", "blocked"}
