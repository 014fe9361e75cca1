"""Listings on their way to buyers: begun, sent to the office, approved or sent back, hidden, shown again.

What buyers see changes in names, pictures or origin only when the office has approved it (Law 122/2025,
Article 17.1đ); until then they see what was approved last. `Product.is_public` is written here alone.
"""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.domain import banned, variants
from catalog.models import Listing, ListingCheck, Product, ProductImage
from catalog.signals import listing_decided
from marketplace.core import activity, clock
from marketplace.core.exceptions import Refused
from marketplace.core.models import User
from marketplace.core.text import slugify
from marketplace.regions.models import Region

State = Listing.State
CheckState = ListingCheck.State

CHECKED = ("title", "title_en", "origin_statement", "region", "pictures")
"""What the office checks whenever it changes: names, origin, pictures."""

TEXTS = (
    *("description", "ingredients", "material", "storage", "shelf_life", "unit", "net_content", "variant"),
    *("dimensions", "duration", "dates"),
)
"""What is checked in a new listing, and later only when it has a banned word."""

_BEGUN = (State.DRAFT, State.SENT_BACK)
_SEEN = (State.APPROVED, State.HIDDEN)


class ListingMoved(Refused):
    """The listing is not in the state that the act needs: somebody was faster."""

    def __init__(self, message: str = ""):
        super().__init__(message or _("Somebody else was faster; the listing has another state now."))


def state_of(product: Product) -> State:
    """What stands in the product's listing; an imported product without one is approved."""
    listing = Listing.objects.filter(product=product).first()
    if listing is not None:
        return State(listing.state)
    return State.APPROVED if product.is_public else State.DRAFT


@transaction.atomic
def begin(product: Product, *, actor: User | None) -> Listing:
    """A draft that only its seller sees."""
    listing = Listing.objects.create(product=product)
    _publish(product, listing)
    activity.record("listing.begun", product, actor=actor)
    return listing


def to_check(product: Product, changes: Mapping[str, object]) -> dict:
    """Those of the changes that the office must see before buyers do; the others may be saved at once.

    Empty for a listing that was not approved yet: it is sent as a whole.
    """
    if state_of(product) not in _SEEN:
        return {}
    now = content_of(product)
    changed = {name: value for name, value in _tidied(changes).items() if value != now.get(name, value)}
    return {
        name: value
        for name, value in changed.items()
        if name in CHECKED or (name in TEXTS and banned.words_in([str(value)]))
    }


@transaction.atomic
def submit(
    product: Product, *, actor: User | None, changes: Mapping[str, object] | None = None
) -> ListingCheck:
    """Send a new listing as it is saved, or ``changes`` of one that was approved, to the office.

    What was sent before and still waits is taken back. ``changes`` holds values by field: texts, ``region``
    as a primary key, ``pictures`` as the complete list in order, each with ``original``, ``width``,
    ``height`` and ``caption``. Raises ``BannedWords`` and ``ListingMoved``.
    """
    listing = _locked(product)
    if listing.state == State.TAKEN_DOWN:
        raise ListingMoved(_("This listing was taken down. The office lifts that first."))
    is_new = listing.state not in _SEEN
    before = content_of(product)
    content = before if is_new else _tidied(changes or {})
    if not content or not content.keys() <= before.keys():
        raise ValueError(f"nothing to check in {sorted(content)}")
    marks = _checked_words(content)
    _take_back_waiting(product)
    check = ListingCheck.objects.create(
        product=product,
        kind=ListingCheck.Kind.NEW if is_new else ListingCheck.Kind.CHANGE,
        changes=content,
        before={} if is_new else {name: before[name] for name in content},
        marks=marks,
        sent_by=actor,
    )
    if is_new:
        _set_state(listing, State.WAITING)
    activity.record("listing.sent", product, actor=actor, check=check.pk)
    return check


@transaction.atomic
def take_back(check: ListingCheck, *, actor: User | None) -> None:
    """Take back what waits; a new listing is a draft again. Raises ``ListingMoved``."""
    listing = _locked(check.product)
    _decide(check, CheckState.TAKEN_BACK, actor)
    if listing.state == State.WAITING:
        _set_state(listing, State.DRAFT)
    activity.record("listing.taken_back", check.product, actor=actor, check=check.pk)


@transaction.atomic
def approve(check: ListingCheck, *, actor: User) -> None:
    """Let buyers see it. Raises ``ListingMoved`` where it was decided or changed meanwhile."""
    listing = _locked(check.product)
    product = listing.product
    if check.kind == ListingCheck.Kind.NEW and content_of(product) != check.changes:
        raise ListingMoved(_("The seller has changed this listing since it was sent."))
    _decide(check, CheckState.APPROVED, actor)
    if check.kind == ListingCheck.Kind.CHANGE:
        _apply(product, check.changes)
    if listing.state == State.WAITING:
        _set_state(listing, State.APPROVED)
    if listing.approved_at is None:
        listing.approved_at = clock.now()
        listing.save(update_fields=["approved_at"])
    _publish(product, listing)
    activity.record("listing.approved", product, actor=actor, check=check.pk)
    listing_decided.send(sender=ListingCheck, check=check)


@transaction.atomic
def send_back(check: ListingCheck, *, actor: User, reason: str) -> None:
    """Say what the seller must change. Raises ``ListingMoved``, and ``Refused`` without a reason."""
    if not reason.strip():
        raise Refused(_("Please say why: the seller will read it."))
    listing = _locked(check.product)
    _decide(check, CheckState.SENT_BACK, actor, reason=reason)
    if listing.state == State.WAITING:
        _set_state(listing, State.SENT_BACK)
    activity.record("listing.sent_back", check.product, actor=actor, check=check.pk, reason=reason)
    listing_decided.send(sender=ListingCheck, check=check)


@transaction.atomic
def hide(product: Product, *, actor: User | None) -> None:
    """The seller takes an approved listing from the shop for a time. Raises ``ListingMoved``."""
    _swap(product, State.APPROVED, State.HIDDEN)
    activity.record("listing.hidden", product, actor=actor)


@transaction.atomic
def show(product: Product, *, actor: User | None) -> None:
    """The seller shows a hidden listing again. Raises ``ListingMoved``."""
    _swap(product, State.HIDDEN, State.APPROVED)
    activity.record("listing.shown", product, actor=actor)


def close(product: Product) -> bool:
    """Take a listing from the site whatever its state; False if it was so already. For take-downs."""
    listing = _locked(product)
    if listing.state == State.TAKEN_DOWN:
        return False
    _set_state(listing, State.TAKEN_DOWN)
    _take_back_waiting(product)
    _publish(product, listing)
    return True


def reopen(product: Product) -> None:
    """A listing that was taken down is what it was by right: approved, or else a draft."""
    listing = _locked(product)
    if listing.state == State.TAKEN_DOWN:
        _set_state(listing, State.APPROVED if listing.approved_at else State.DRAFT)
        _publish(product, listing)


def content_of(product: Product) -> dict:
    """What the office judges of a product, as JSON has it."""
    texts = {name: getattr(product, name) for name in ("title", "title_en", "origin_statement", *TEXTS)}
    pictures = [
        {
            "original": image.original.name,
            "width": image.width,
            "height": image.height,
            "caption": image.caption,
        }
        for image in ProductImage.objects.filter(product=product).order_by("display_order", "pk")
    ]
    return {**texts, "region": product.region_id, "pictures": pictures}


def _tidied(changes: Mapping[str, object]) -> dict:
    """The changes with pictures as `content_of` gives them."""
    if "pictures" not in changes:
        return dict(changes)
    pictures = [
        {
            "original": each["original"],
            "width": each["width"],
            "height": each["height"],
            "caption": each.get("caption", ""),
        }
        for each in changes["pictures"]
    ]
    return {**changes, "pictures": pictures}


def _locked(product: Product) -> Listing:
    """The product's listing, held until the transaction ends; made for a product that was imported."""
    approved = {"state": State.APPROVED, "approved_at": clock.now()}
    Listing.objects.get_or_create(product=product, defaults=approved if product.is_public else {})
    return Listing.objects.select_for_update().get(product=product)


def _set_state(listing: Listing, state: State) -> None:
    listing.state = state
    listing.save(update_fields=["state"])


def _swap(product: Product, before: State, after: State) -> None:
    listing = _locked(product)
    if listing.state != before:
        raise ListingMoved
    _set_state(listing, after)
    _publish(product, listing)


def _publish(product: Product, listing: Listing) -> None:
    is_public = listing.state == State.APPROVED
    if product.is_public != is_public:
        product.is_public = is_public
        product.save(update_fields=["is_public"])


def _decide(check: ListingCheck, state: CheckState, actor: User | None, reason: str = "") -> None:
    """One conditional update, so that of two people who decide at once one is told."""
    fields = {"state": state, "decided_at": clock.now(), "decided_by": actor, "reason": reason}
    if not ListingCheck.objects.filter(pk=check.pk, state=CheckState.WAITING).update(**fields):
        raise ListingMoved
    for name, value in fields.items():
        setattr(check, name, value)


def _take_back_waiting(product: Product) -> None:
    ListingCheck.objects.waiting().filter(product=product).update(
        state=CheckState.TAKEN_BACK, decided_at=clock.now()
    )


def _checked_words(content: Mapping[str, object]) -> list[str]:
    """The words that the office wants to look at; raises ``BannedWords`` for those that are refused."""
    texts = [value for value in content.values() if isinstance(value, str)]
    texts += [picture["caption"] for picture in content.get("pictures", [])]
    return banned.checked_words(texts)


def _apply(product: Product, changes: Mapping[str, object]) -> None:
    """Write approved changes to the product, its pictures and its variants."""
    for name, value in changes.items():
        if name == "region":
            product.region = Region.objects.filter(pk=value).first()
            exact, unknown = Product.RegionCertainty.EXACT, Product.RegionCertainty.UNKNOWN
            product.region_certainty = exact if product.region else unknown
        elif name != "pictures":
            setattr(product, name, value)
    if "title" in changes:
        product.slug = slugify(product.title)
    if "pictures" in changes:
        follow_pictures(product, changes["pictures"])
    product.folded = product.words()
    product.save()
    variants.share(product)


def follow_pictures(product: Product, pictures: list[dict]) -> None:
    """Make these the product's pictures, in this order; `catalog.housekeeping` removes files of others."""
    kept = {image.original.name: image for image in ProductImage.objects.filter(product=product)}
    wanted = {picture["original"] for picture in pictures}
    ProductImage.objects.filter(
        pk__in=[image.pk for name, image in kept.items() if name not in wanted]
    ).delete()
    for order, picture in enumerate(pictures):
        image = kept.get(picture["original"]) or ProductImage(
            product=product, original=picture["original"], kind=ProductImage.Kind.PHOTO
        )
        image.display_order, image.caption = order, picture["caption"]
        image.width, image.height = picture["width"], picture["height"]
        image.save()
