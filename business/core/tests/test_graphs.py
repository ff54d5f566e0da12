"""What waits for what: orders and circles."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from business.core.graphs import CircleError, circle_through, depths

pytestmark = pytest.mark.one_database


def test_depth_is_the_longest_chain_of_what_is_waited_for():
    assert depths({"a": [], "b": ["a"], "c": ["a", "b"], "d": ["a"]}) == {"a": 0, "b": 1, "c": 2, "d": 1}


def test_what_is_no_key_itself_is_passed_over():
    assert depths({"a": ["elsewhere"], "b": ["a", "elsewhere"]}) == {"a": 0, "b": 1}


def test_nothing_at_all():
    assert depths({}) == {}


def test_a_circle_is_named_in_the_order_of_waiting():
    with pytest.raises(CircleError) as caught:
        depths({"food": ["serving"], "serving": ["building"], "building": ["food"], "sign": ["building"]})
    assert caught.value.circle == ("building", "food", "serving", "building")
    assert str(caught.value) == "building → food → serving → building"


def test_what_waits_for_itself_is_a_circle():
    with pytest.raises(CircleError) as caught:
        depths({"a": ["a"]})
    assert caught.value.circle == ("a", "a")


def test_the_shortest_circle_through_a_key():
    waits = {"a": ["b", "c"], "b": ["d"], "d": ["a"], "c": ["a"]}
    assert circle_through(waits, "a") == ("a", "c", "a")
    assert circle_through(waits, "d") == ("d", "a", "b", "d")


def test_a_circle_elsewhere_is_not_one_through_the_key():
    waits = {"a": ["b"], "b": ["c"], "c": ["b"]}
    assert circle_through(waits, "a") is None
    assert circle_through(waits, "unknown") is None


KEYS = list("abcdef")
GRAPHS = st.dictionaries(st.sampled_from(KEYS), st.sets(st.sampled_from(KEYS)))


@given(GRAPHS)
def test_everything_comes_after_what_it_waits_for_or_a_real_circle_is_named(waits):
    try:
        found = depths(waits)
    except CircleError as error:
        circle, found = error.circle, {}
    else:
        circle = ()
    if circle:
        assert circle[0] == circle[-1]
        assert all(needed in waits[key] for key, needed in pairwise(circle))
        return
    assert found.keys() == waits.keys()
    for key, others in waits.items():
        assert found[key] == max((found[other] + 1 for other in others if other in waits), default=0)


@given(GRAPHS)
def test_the_same_graph_gives_the_same_circle(waits):
    for key in KEYS:
        turned = {name: sorted(others, reverse=True) for name, others in reversed(waits.items())}
        assert circle_through(waits, key) == circle_through(turned, key)
