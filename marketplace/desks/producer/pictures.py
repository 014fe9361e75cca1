"""The producer's desk: the pictures of a product, in their order."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.domain import photos
from catalog.models import Product, ProductImage
from marketplace.core.exceptions import Refused
from marketplace.core.fields import TextField
from marketplace.core.keys import key_of
from marketplace.core.uploads import PicturesField
from marketplace.desks.producer.products import UNPROCESSABLE, frame_of, product_of


class PicturesForm(forms.Form):
    """The pictures as they are, each with words, and new ones from the camera or the gallery."""

    new = PicturesField(
        label=gettext_lazy("New pictures"),
        most=photos.MOST,
        required=False,
        help_text=gettext_lazy("From the camera or the gallery, several at once. At most 20 MB each."),
    )
    order = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, before: list[dict], **kwargs):
        self.before = before
        super().__init__(*args, **kwargs)
        self.fields["new"].widget.attrs |= {"accept": "image/*", "data-resize": "1600"}
        for number, picture in enumerate(before):
            self.fields[f"caption_{number}"] = TextField(
                label=gettext_lazy("What it shows"),
                max_length=200,
                required=False,
                help_text=gettext_lazy("For those who do not see it."),
            )
            self.initial[f"caption_{number}"] = picture["caption"]

    @property
    def rows(self) -> list[dict]:
        """Each picture with its address, its words and its place in the order."""
        last = len(self.before) - 1
        return [
            {
                **picture,
                "number": number,
                "src": ProductImage.urls(picture["original"])[320],
                "field": self[f"caption_{number}"],
                "is_first": number == 0,
                "is_last": number == last,
            }
            for number, picture in enumerate(self.before)
        ]

    def clean_order(self) -> list[int]:
        """The numbers of the pictures as they were dragged; their own order where nothing was."""
        own = list(range(len(self.before)))
        named = (key_of(each.strip()) for each in self.cleaned_data["order"].split(","))
        asked = [number for number in named if number is not None]
        return asked if sorted(asked) == own else own

    def described(self) -> list[dict]:
        """The pictures in their order, with the words that were written."""
        return [
            {**self.before[number], "caption": self.cleaned_data[f"caption_{number}"]}
            for number in self.cleaned_data["order"]
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def pictures(request: HttpRequest, pk: int) -> HttpResponse:
    """Add pictures, move one, take one out, say what each shows; every button keeps all that was written."""
    product = product_of(request.user, pk)
    before = photos.photos_of(product)
    initial = {"seen": photos.mark(product)}
    if request.method != "POST":
        return _page(request, product, PicturesForm(before=before, initial=initial))
    form = PicturesForm(request.POST, request.FILES, before=before, initial=initial)
    if not form.is_valid():
        return _page(request, product, form, status=UNPROCESSABLE)
    try:
        goes_to_office = _arrange(request, product, form)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, product, form, status=UNPROCESSABLE)
    saved = _("Saved. Buyers see the pictures once the office has checked them.")
    messages.success(request, saved if goes_to_office else _("Saved."))
    return redirect("producer_desk:product-pictures", pk=pk)


def _arrange(request: HttpRequest, product: Product, form: PicturesForm) -> bool:
    wanted = _moved(form.described(), form.cleaned_data["order"], request.POST.get("act", ""))
    wanted += [photos.store(upload, product) for upload in form.cleaned_data["new"]]
    seen = form.cleaned_data["seen"] or None
    return photos.arrange(product, wanted, seen=seen, actor=request.user)


def _moved(pictures: list[dict], order: list[int], asked: str) -> list[dict]:
    """The list after ``earlier:2``, ``later:2`` or ``drop:2``; as it is for anything else.

    The number is the one that the page gave a picture, ``order`` says where each stands now.
    """
    act, _colon, named = asked.partition(":")
    number = key_of(named)
    if number not in order:
        return pictures
    at = order.index(number)
    if act == "drop":
        return pictures[:at] + pictures[at + 1 :]
    other = {"earlier": at - 1, "later": at + 1}.get(act, -1)
    if 0 <= other < len(pictures):
        pictures[at], pictures[other] = pictures[other], pictures[at]
    return pictures


def _page(request: HttpRequest, product: Product, form: PicturesForm, status: int = 200) -> HttpResponse:
    context = {**frame_of(request, product), "form": form, "most": photos.MOST}
    return render(request, "desks/producer/product_pictures.html", context, status=status)
