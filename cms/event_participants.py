"""Who shows what at an event: its confirmed producers with their products as cards."""

from dataclasses import dataclass

from catalog.models import Product
from marketplace.events.models import BoothRegistration, Event
from producers.models import Partner
from search.scope import Tree
from storefront.cards import Card, cards

MOST_PARTICIPANTS = 200
CARDS_EACH = 4


@dataclass(frozen=True)
class Participant:
    """A producer with a confirmed booth, and the products of it that are listed today."""

    seller: Partner
    products: list[Card]
    more: int


def participants_of(event: Event, tree: Tree) -> list[Participant]:
    """By name, in four queries however many there are."""
    registrations = list(
        BoothRegistration.objects.confirmed()
        .filter(event=event, seller__state=Partner.State.OPEN)
        .select_related("seller__region__parent")
        .order_by("seller__name", "pk")[:MOST_PARTICIPANTS]
    )
    shown: dict[int, list[int]] = {}
    for registration, product in (
        Product.objects.listed()
        .filter(booth_registrations__in=[each.pk for each in registrations])
        .order_by("-certification__stars", "title", "pk")
        .values_list("booth_registrations", "pk")
    ):
        shown.setdefault(registration, []).append(product)
    first = [pk for products in shown.values() for pk in products[:CARDS_EACH]]
    by_pk = {card.pk: card for card in cards(first, tree)}
    return [
        Participant(
            each.seller,
            [by_pk[pk] for pk in shown.get(each.pk, ())[:CARDS_EACH] if pk in by_pk],
            max(0, len(shown.get(each.pk, ())) - CARDS_EACH),
        )
        for each in registrations
    ]
