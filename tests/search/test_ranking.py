import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.ranking import DAYS, IN_STOCK, TIER_STEP, WEIGHTS, Facts, parts, scores, standing

pytestmark = pytest.mark.unit

TODAY = 9_824
facts = st.builds(
    Facts,
    pk=st.integers(1, 10**6),
    stars_until=st.builds(
        lambda stars, day: stars * DAYS + day if stars else 0,
        st.integers(0, 5),
        st.integers(TODAY - 900, TODAY + 900),
    ),
    stock_until=st.sampled_from([0, TODAY - 1, TODAY, 32_767]),
    sold=st.integers(0, 10**6),
    started=st.integers(0, TODAY + 100),
    name_length=st.integers(0, 12),
    producer=st.integers(0, 100),
)
situations = st.fixed_dictionaries(
    {"words": st.integers(0, 12), "lifted": st.none() | st.integers(3, 5), "day": st.just(TODAY)}
)


def score(product, tier, **situation):
    return scores([product], [tier], tiers=50, **situation)[0]


@given(facts, st.integers(0, 49), situations)
def test_the_parts_are_the_score(product, tier, situation):
    found = parts(product, tier=tier, tiers=50, **situation)
    assert sum(found.values()) == score(product, tier, **situation)
    assert set(found) == {weight.name for weight in WEIGHTS}


@given(facts, facts, st.integers(0, 48), st.integers(0, 12))
def test_no_advantage_of_a_product_outweighs_a_better_tier(one, other, tier, words):
    situation = {"words": words, "lifted": None, "day": TODAY}
    assert score(one, tier, **situation) > score(other, tier + 1, **situation)


@given(facts)
def test_no_part_gives_more_than_its_weight(product):
    found = parts(product, tier=49, tiers=50, words=12, lifted=4, day=TODAY)
    for weight in WEIGHTS:
        assert 0 <= found[weight.name] <= weight.most
    assert standing(product, TODAY) < TIER_STEP


def test_stars_count_to_their_last_day():
    product = Facts(1, 4 * DAYS + TODAY, 0, 0, 0, 3, 0)
    assert standing(product, TODAY) == 400
    assert standing(product, TODAY + 1) == 0


def test_it_is_in_stock_to_its_last_day():
    product = Facts(1, 0, TODAY, 0, 0, 3, 0)
    assert standing(product, TODAY) == IN_STOCK
    assert standing(product, TODAY + 1) == 0


def test_what_is_booked_by_date_counts_as_in_stock_to_the_last_day_of_its_booking():
    tour = Facts(1, 0, TODAY, 0, 0, 3, 0)
    assert standing(tour, TODAY) == 250
    assert standing(tour, TODAY + 1) == 0
