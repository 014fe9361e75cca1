"""Stripe as the tests have it: keys that come again, things that are kept, questions that are checked."""

import threading

import pytest
from stripe import IdempotencyError, InvalidRequestError, StripeClient

from tests.services.stripe_proxy import ACCOUNTS, KEY, REFUNDS

pytestmark = pytest.mark.integration

REFUND = {"payment_intent": "pi_1", "amount": 5_000}


@pytest.fixture
def client(stripe):
    return StripeClient(KEY, base_addresses={"api": stripe.url}, max_network_retries=0)


def test_a_key_that_comes_again_gets_the_first_answer(stripe, client):
    options = {"idempotency_key": "k1", "stripe_account": "acct_1"}
    first = client.v1.refunds.create(REFUND, options)
    assert client.v1.refunds.create(REFUND, options).id == first.id
    assert client.v1.refunds.create(REFUND, {**options, "idempotency_key": "k2"}).id != first.id
    assert client.v1.refunds.create(REFUND, {**options, "stripe_account": "acct_2"}).id != first.id
    assert len(stripe.made(REFUNDS)) == 3
    assert [each.key for each in stripe.asked] == ["k1", "k1", "k2", "k1"]


def test_a_key_with_another_question_is_refused(stripe, client):
    client.v1.refunds.create(REFUND, {"idempotency_key": "k1"})
    with pytest.raises(IdempotencyError):
        client.v1.refunds.create({**REFUND, "amount": 6_000}, {"idempotency_key": "k1"})
    assert len(stripe.made(REFUNDS)) == 1


def test_of_one_key_at_once_one_thing_is_made(stripe):
    client = StripeClient(KEY, base_addresses={"api": stripe.url}, max_network_retries=5)
    made = []

    def ask():
        made.append(client.v1.refunds.create(REFUND, {"idempotency_key": "k1"}).id)

    crowd = [threading.Thread(target=ask) for _place in range(4)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert (len(made), len(set(made)), len(stripe.made(REFUNDS))) == (4, 1, 1)


def test_what_stripe_does_not_know_is_refused(client):
    with pytest.raises(InvalidRequestError):
        client.v1.refunds.create({**REFUND, "colour": "red"})
    with pytest.raises(InvalidRequestError):
        client.v1.checkout.sessions.retrieve("cs_none")


def test_what_was_made_is_there_afterwards(stripe, client):
    account = client.v1.accounts.create({"type": "standard", "metadata": {"a": "b"}})
    assert client.v1.accounts.retrieve(account.id).metadata["a"] == "b"
    assert [each["id"] for each in stripe.made(ACCOUNTS)] == [account.id]
