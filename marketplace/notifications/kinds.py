"""The kinds of news: to whom, in which words, leading where.

Words are written when they are read, from the facts that `notify` was given, so that everybody gets them in
the own language. Facts are JSON: numbers, names and amounts in words.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import ListingCheck
from marketplace.core import clock
from marketplace.core.roles import Right
from marketplace.notifications.domain.send import absolute
from marketplace.payments.domain.stripe_disputes import LOST
from marketplace.payments.models.payments import PaymentState
from marketplace.sales.models import SellerOrder
from marketplace.sales.models.returns import ReturnState
from producers.models import SellerApplication, StallCheck
from producers.models.measures import Measure

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Kind:
    """One kind of news. ``title`` and ``text`` have ``%(…)s`` for facts.

    ``right``: in a team it goes to those who hold it; None for news to one person. ``channels``: the ways it
    can take; ``quiet``: those of them that it takes only for who asks for it. ``in_words`` gives facts that
    have a name in each language; ``mail_context`` adds what a mail of its own says.
    """

    code: str
    label: Promise
    title: Promise
    address_of: Callable[[Facts], str]
    text: Promise | str = ""
    in_words: Callable[[Facts], dict] | None = None
    right: Right | None = None
    channels: tuple[str, ...] = ("site", "mail", "push")
    quiet: tuple[str, ...] = ()
    is_urgent: bool = False
    mail_template: str = "notice"
    mail_context: Callable[[Facts], dict] | None = None

    def title_of(self, facts: Facts) -> str:
        return str(self.title) % self._worded(facts)

    def text_of(self, facts: Facts) -> str:
        return str(self.text) % self._worded(facts) if self.text else ""

    def _worded(self, facts: Facts) -> Facts:
        return {**facts, **self.in_words(facts)} if self.in_words is not None else facts


def kind_of(code: str) -> Kind:
    """The kind with this code; raises KeyError for one that there is not."""
    return KINDS[code]


def _page(name: str, *arguments: str) -> Callable[[Facts], str]:
    """The address of this name, with these facts as its arguments."""
    return lambda facts: reverse(name, args=[facts[argument] for argument in arguments])


def _account_page(facts: Facts) -> str:
    """The account of a stall, or of a point of sale, which the facts then name."""
    point = facts.get("point")
    return reverse("point_desk:account", args=[point]) if point else reverse("producer_desk:account")


def _day(written: str) -> str:
    return date_format(datetime.date.fromisoformat(written), "SHORT_DATE_FORMAT")


def _moment(written: str) -> str:
    moment = datetime.datetime.fromisoformat(written).astimezone(clock.HA_NOI)
    return date_format(moment, "SHORT_DATETIME_FORMAT")


def _dispute_in_words(facts: Facts) -> str:
    if facts["status"] != LOST:
        return str(_("The money stays with you."))
    lost, before = _("The money has gone back to the buyer."), _("Of it the buyer had %(loss)s back before.")
    return f"{lost} {before % facts}" if "loss" in facts else str(lost)


def _due_in_words(facts: Facts) -> str:
    """What is to be paid by when; of a payment in part also what has come, which older notices do not say."""
    words = {**facts, "until": _moment(facts["due_at"])}
    if not facts.get("received"):
        text = _(
            "%(amount)s by %(until)s; after that the order is cancelled. How to pay stands at the order."
        )
    else:
        text = _(
            "%(received)s have come in, %(amount)s are missing. Please pay the rest by %(until)s; how to do "
            "so stands at the order."
        )
    return str(text) % words


def _booked(facts: Facts) -> str:
    """What was booked, and when it begins where that is known."""
    if not facts["starts"]:
        return str(facts["product"])
    return f"{facts['product']}, {time_format(datetime.time.fromisoformat(facts['starts']), 'H:i')}"


def _order_mail(facts: Facts) -> dict:
    seller_order = SellerOrder.objects.for_rows().get(number=facts["number"])
    return {
        "seller_order": seller_order,
        "lines": seller_order.lines.all(),
        "desk_url": absolute(reverse("producer_desk:order", args=[seller_order.number])),
    }


_DECLARED = (
    # --- to the team of a seller
    Kind(
        "new_order",
        _("New order"),
        _("New order %(number)s: %(amount)s"),
        _page("producer_desk:order", "number"),
        text=_("It waits for your confirmation."),
        right=Right.SEE_ORDERS,
        is_urgent=True,
        mail_template="new_order",
        mail_context=_order_mail,
    ),
    Kind(
        "new_reservation",
        _("New reservation"),
        _("New reservation %(number)s: %(amount)s"),
        _page("point_desk:pickups", "point"),
        text=_("Put the goods aside: the buyer comes for them with a pick-up code."),
        right=Right.SELL_AT_COUNTER,
        is_urgent=True,
    ),
    Kind(
        "reservation_cancelled",
        _("Reservation cancelled by the buyer"),
        _("Reservation %(number)s was cancelled by the buyer"),
        _page("point_desk:pickups", "point"),
        text=_("Nobody comes for the goods: they can be sold again."),
        right=Right.SELL_AT_COUNTER,
        is_urgent=True,
    ),
    Kind(
        "order_cancelled_by_buyer",
        _("Order cancelled by the buyer"),
        _("Order %(number)s was cancelled by the buyer"),
        _page("producer_desk:order", "number"),
        text=_("Please send nothing; its goods are back in stock."),
        right=Right.SEE_ORDERS,
        is_urgent=True,
        mail_template="order_cancelled_by_buyer",
        mail_context=_order_mail,
    ),
    Kind(
        "order_reduced_by_buyer",
        _("Part of an order cancelled by the buyer"),
        _("The buyer has cancelled a part of order %(number)s: %(amount)s is left"),
        _page("producer_desk:order", "number"),
        text=_("Please send only what still stands in it."),
        right=Right.SEE_ORDERS,
        is_urgent=True,
    ),
    Kind(
        "message",
        _("Message from a buyer"),
        _("A buyer has written about order %(number)s"),
        _page("producer_desk:thread", "number"),
        text=_("Read and answer it at your desk."),
        right=Right.ANSWER_BUYERS,
        is_urgent=True,
    ),
    Kind(
        "return",
        _("Return"),
        _("Return of order %(number)s: %(state)s"),
        _page("producer_desk:return", "return"),
        text=_("See at your desk what is to be done."),
        in_words=lambda facts: {"state": ReturnState(facts["state_code"]).label},
        right=Right.ANSWER_BUYERS,
    ),
    Kind(
        "low_stock",
        _("Low stock"),
        _("Low stock: %(left)s of %(product)s left"),
        _page("producer_desk:products"),
        text=_("Fill up the stock, or it will soon be shown as sold out."),
        right=Right.EDIT_STOCK,
    ),
    Kind(
        "review",
        _("New review"),
        _("New review, %(rating)s out of 5: %(product)s"),
        _page("producer_desk:review", "review"),
        text=_("You can answer it; everybody reads the answer."),
        right=Right.ANSWER_REVIEWS,
    ),
    Kind(
        "review_hidden",
        _("Review hidden or shown again"),
        _("The office has moved a review of %(product)s"),
        _page("producer_desk:review", "review"),
        text=_("Its state now and the reason stand at your desk."),
        right=Right.ANSWER_REVIEWS,
        quiet=("mail", "push"),
    ),
    Kind(
        "certificate",
        _("Certification ends soon"),
        _("The OCOP certification of %(product)s ends on %(until)s"),
        _page("catalogue:detail", "slug", "product_id"),
        text=_("Ask the office early to have the product evaluated anew; without that it loses its stars."),
        in_words=lambda facts: {"until": _day(facts["ends_on"])},
        right=Right.EDIT_STALL,
    ),
    Kind(
        "listing",
        _("Check of a listing"),
        _("The office has looked at %(product)s: %(state)s"),
        _page("producer_desk:products"),
        text="%(reason)s",
        in_words=lambda facts: {"state": ListingCheck.State(facts["state_code"]).label},
        right=Right.EDIT_PRODUCTS,
    ),
    Kind(
        "stall_page",
        _("Check of the stall's page"),
        _("The office has looked at the page of %(stall)s: %(state)s"),
        _page("producer_desk:stall"),
        text="%(reason)s",
        in_words=lambda facts: {"state": StallCheck.State(facts["state_code"]).label},
        right=Right.EDIT_STALL,
    ),
    Kind(
        "take_down",
        _("Listing taken down or shown again"),
        _("Taking down of %(product)s: %(state)s"),
        _page("producer_desk:products"),
        text=_("Reason: %(reason)s"),
        in_words=lambda facts: {"state": Measure.State(facts["state_code"]).label},
        right=Right.EDIT_PRODUCTS,
        is_urgent=True,
    ),
    Kind(
        "suspension",
        _("Stall suspended or open again"),
        _("Suspension of the stall %(stall)s: %(state)s"),
        _page("producer_desk:stall"),
        text=_("Reason: %(reason)s"),
        in_words=lambda facts: {"state": Measure.State(facts["state_code"]).label},
        right=Right.EDIT_STALL,
        is_urgent=True,
    ),
    Kind(
        "bank_account",
        _("Bank account changed"),
        _("The bank account of %(stall)s was changed: %(account)s"),
        _account_page,
        text=_("Buyers pay to it from now on. If nobody of you did this, tell the office at once."),
        right=Right.MANAGE_TEAM,
        is_urgent=True,
    ),
    Kind(
        "money_in",
        _("Transfer received"),
        _("Order %(number)s: %(amount)s received by transfer"),
        _page("producer_desk:order", "number"),
        text=_("Payment: %(state)s"),
        in_words=lambda facts: {"state": PaymentState(facts["state_code"]).label},
        right=Right.SEE_MONEY,
    ),
    Kind(
        "payment_awaited",
        _("Order paid in part only"),
        _("Order %(number)s: %(amount)s are still missing"),
        _page("producer_desk:order", "number"),
        text=_(
            "%(received)s have come in, so the goods are held until %(until)s. After that the order is "
            "cancelled, and you give back what came."
        ),
        in_words=lambda facts: {"until": _moment(facts["due_at"])},
        right=Right.SEE_MONEY,
    ),
    Kind(
        "card_paid",
        _("Paid by card"),
        _("Order %(number)s: %(amount)s paid by card"),
        _page("producer_desk:order", "number"),
        text=_("Payment: %(state)s"),
        in_words=lambda facts: {"state": PaymentState(facts["state_code"]).label},
        right=Right.SEE_MONEY,
    ),
    Kind(
        "card_refund_failed",
        _("Refund to a card failed"),
        _("Order %(number)s: %(amount)s did not reach the buyer's card"),
        _page("producer_desk:refunds-owed"),
        text=_("The money is owed to the buyer again. Please give it back in another way, or try once more."),
        right=Right.SEE_MONEY,
        is_urgent=True,
    ),
    Kind(
        "card_dispute",
        _("Disputed card payment"),
        _("Order %(number)s: a bank takes %(amount)s back"),
        _page("producer_desk:cards"),
        text=_("Answer at Stripe with proof of delivery before the day that it names, or the money is lost."),
        right=Right.SEE_MONEY,
        is_urgent=True,
    ),
    Kind(
        "card_dispute_closed",
        _("Disputed card payment decided"),
        _("Order %(number)s: the dispute about %(amount)s is decided"),
        _page("producer_desk:cards"),
        text="%(outcome)s",
        in_words=lambda facts: {"outcome": _dispute_in_words(facts)},
        right=Right.SEE_MONEY,
    ),
    Kind(
        "cards_on",
        _("Card payments switched on"),
        _("%(stall)s takes cards now"),
        _page("producer_desk:cards"),
        text=_("Buyers pay to its account at Stripe. If nobody of you did this, tell the office at once."),
        right=Right.MANAGE_TEAM,
        is_urgent=True,
    ),
    Kind(
        "cards_off",
        _("Card payments switched off"),
        _("%(stall)s takes no cards any more"),
        _page("producer_desk:cards"),
        text=_("The reason stands at your desk, or at Stripe."),
        right=Right.MANAGE_TEAM,
        is_urgent=True,
    ),
    Kind(
        "refund_owed",
        _("Money to be given back"),
        _("Order %(number)s: %(amount)s to be given back to the buyer"),
        _page("producer_desk:refunds-owed"),
        text=_("It was paid too much, or the order or a part of it was cancelled."),
        right=Right.SEE_MONEY,
        is_urgent=True,
    ),
    Kind(
        "invoice_requested",
        _("Request for an invoice"),
        _("The buyer of order %(number)s asks for an e-invoice"),
        _page("producer_desk:invoice", "number"),
        text=_("To whom it is made out stands at your desk."),
        right=Right.SEE_MONEY,
    ),
    # --- to one person
    Kind(
        "payment_due",
        _("Reminder of a payment"),
        _("Please pay order %(number)s to %(seller)s"),
        _page("customer:order", "order"),
        text="%(words)s",
        in_words=lambda facts: {"words": _due_in_words(facts)},
    ),
    Kind(
        "payment_extended",
        _("More time for the rest of a payment"),
        _("Please pay the rest of order %(number)s to %(seller)s"),
        _page("customer:order", "order"),
        text=_(
            "%(received)s have come in, %(amount)s are missing. The goods are held for you once more, until "
            "%(until)s; after that the order is cancelled and the seller owes you back what came. How to pay "
            "the rest stands at the order."
        ),
        in_words=lambda facts: {"until": _moment(facts["due_at"])},
    ),
    Kind(
        "payment_in",
        _("Your payment has come in"),
        _("%(seller)s has received %(amount)s for order %(number)s"),
        _page("customer:order", "order"),
        text=_("Payment: %(state)s"),
        in_words=lambda facts: {"state": PaymentState(facts["state_code"]).label},
    ),
    Kind(
        "invoice",
        _("E-invoice"),
        _("%(seller)s has issued the e-invoice %(invoice)s for order %(number)s"),
        _page("customer:order-invoices", "order"),
        text=_("Its date and where to look it up stand with your order."),
    ),
    Kind(
        "application",
        _("Answer to your application as a seller"),
        _("Your application as a seller: %(state)s"),
        _page("producer_desk:application", "application"),
        text="%(reason)s",
        in_words=lambda facts: {"state": SellerApplication.State(facts["state_code"]).label},
    ),
    Kind(
        "application_sent",
        _("Application for the office"),
        _("%(name)s asks to become a seller"),
        _page("office_desk:application", "application"),
        text=_("The application waits at the office's desk."),
    ),
    Kind(
        "message_to_buyer",
        _("Message from a seller"),
        _("%(seller)s has written about order %(number)s"),
        _page("customer:order-messages", "order", "number"),
        text=_("Read and answer it with your order."),
    ),
    Kind(
        "reservation_shortened",
        _("Goods are kept for you for less time"),
        _("%(seller)s keeps order %(number)s until %(until)s only"),
        _page("customer:order", "order"),
        text=_("The point of sale closes then. Please pick the goods up before, or cancel at no cost."),
        in_words=lambda facts: {"until": _moment(facts["until"])},
        is_urgent=True,
    ),
    Kind(
        "return_to_buyer",
        _("News of a return"),
        _("Return of order %(number)s: %(state)s"),
        _page("customer:order", "order"),
        text="%(note)s",
        in_words=lambda facts: {"state": ReturnState(facts["state_code"]).label},
    ),
    Kind(
        "order_moved",
        _("News of an order"),
        _("Order %(number)s: %(state)s"),
        _page("customer:order", "order"),
        text=_("From %(seller)s"),
        in_words=lambda facts: {"state": SellerOrder.State(facts["state_code"]).label},
        channels=("site", "push"),
    ),
    Kind(
        "visit",
        _("Reminder the day before a visit"),
        _("Tomorrow: %(what)s"),
        _page("customer:order", "order"),
        text=_("%(seller)s expects you. Place: %(place)s"),
        in_words=lambda facts: {"what": _booked(facts)},
    ),
    Kind(
        "review_invitation",
        _("Invitation to review what you bought"),
        _("How do you find what you bought from %(seller)s?"),
        _page("customer:order", "order"),
        text=_("Your review helps the maker and other buyers."),
        channels=("site", "mail"),
    ),
    Kind(
        "review_answered",
        _("Answer to your review"),
        _("%(seller)s has answered your review"),
        _page("catalogue:reviews", "slug", "product_id"),
        text=_("Product: %(product)s"),
    ),
    Kind(
        "own_review_hidden",
        _("Your review hidden or shown again"),
        _("The office has moved your review of %(product)s"),
        _page("customer:order", "order"),
        text=_("Reason: %(reason)s"),
        channels=("site", "mail"),
    ),
)

KINDS: dict[str, Kind] = {kind.code: kind for kind in _DECLARED}
"""By code, in the order in which people are asked about them."""
