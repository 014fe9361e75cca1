from django import template

from marketplace.payments import stripe_api

register = template.Library()

#: Whether the operator has an account with Stripe; without one nothing of cards shows.
register.simple_tag(stripe_api.is_set_up, name="cards_are_set_up")
