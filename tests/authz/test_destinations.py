"""Which destinations an account may reach: the most specific rule wins, and deny wins over allow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.engine.destinations import Rule, is_allowed
from tests.authz.changes import add_rule, drop_rules

UK_MOBILE, US, CANADA, JAMAICA = "447700900123", "12125550100", "14165550100", "18765550100"


def allow(**what):
    return Rule(allows=True, **what)


def deny(**what):
    return Rule(allows=False, **what)


@pytest.mark.parametrize(
    ("rules", "number", "network", "allowed"),
    [
        ([], UK_MOBILE, "", True),
        ([deny(prefix="33")], UK_MOBILE, "", True),
        ([deny(prefix="44")], UK_MOBILE, "", False),
        ([allow(prefix="33")], UK_MOBILE, "", False),
        ([allow(prefix="44"), deny(prefix="447")], UK_MOBILE, "", False),
        ([deny(prefix="44"), allow(prefix="447")], UK_MOBILE, "", True),
        ([allow(prefix="447"), deny(prefix="447")], UK_MOBILE, "", False),
        ([deny(prefix="447"), allow(prefix="447")], UK_MOBILE, "", False),
        ([allow(prefix="447", min_length=12, max_length=12)], UK_MOBILE, "", True),
        ([allow(prefix="447", min_length=13)], UK_MOBILE, "", False),
        ([allow(prefix="44"), deny(prefix="447", max_length=11)], UK_MOBILE, "", True),
        ([allow(country="GB")], UK_MOBILE, "", True),
        ([allow(country="GB"), deny(prefix="447")], UK_MOBILE, "", False),
        ([deny(country="GB"), allow(prefix="44")], UK_MOBILE, "", False),
        ([allow(country="US")], US, "", True),
        ([allow(country="US")], CANADA, "", False),
        ([allow(country="US")], JAMAICA, "", False),
        ([deny(prefix="1"), allow(country="CA")], CANADA, "", True),
        ([deny(prefix="1876"), allow(country="JM")], JAMAICA, "", False),
        ([deny(country="GB"), allow(mccmnc="23415")], UK_MOBILE, "23415", True),
        ([deny(country="GB"), allow(mccmnc="23415")], UK_MOBILE, "", False),
        ([allow(mccmnc="234"), deny(mccmnc="23415")], UK_MOBILE, "23415", False),
        ([allow(mccmnc="234"), deny(mccmnc="23415")], UK_MOBILE, "23410", True),
        ([allow(prefix="447700900123"), deny(mccmnc="23415")], UK_MOBILE, "23415", False),
        ([deny(mccmnc="31026")], US, "310260", True),
        ([deny(mccmnc="310260")], US, "31026", True),
    ],
)
def test_the_most_specific_rule_decides(rules, number, network, allowed):
    assert is_allowed(rules, number, network) is allowed


rules = st.lists(st.builds(Rule, st.booleans(), st.sampled_from(["1", "12", "123", "124", "13"])), max_size=6)


@given(rules, st.sampled_from(["1234", "1244", "1344", "2"]), st.randoms())
def test_the_order_in_which_rules_are_kept_does_not_matter(given_rules, number, random):
    shuffled = list(given_rules)
    random.shuffle(shuffled)
    matching = [rule for rule in given_rules if number.startswith(rule.prefix)]
    longest = max((len(rule.prefix) for rule in matching), default=0)
    if matching:
        expected = all(rule.allows for rule in matching if len(rule.prefix) == longest)
    else:
        expected = not any(rule.allows for rule in given_rules)
    assert is_allowed(shuffled, number, "") is expected


def test_a_changed_rule_counts_from_the_next_request_on(world, engine, decide):
    assert decide(world.call("CA1"))["decision"] == "allow"
    add_rule(world.account, "deny", country="GB")
    assert decide(world.call("CA2"))["reason"] == "destination_not_authorized"
    add_rule(world.account, "allow", prefix="4477")
    assert decide(world.call("CA3"))["decision"] == "allow"
    drop_rules(world.account)
    add_rule(world.account, "allow", prefix="33")
    assert decide(world.call("CA4"))["reason"] == "destination_not_authorized"
