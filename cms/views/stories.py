"""Stories of producers: the list, and the page of each."""

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from PIL import Image

from catalog.models import Product
from cms.models import StoryIndex
from cms.story_list import StoryList
from marketplace.core.pages import public_page
from producers.models import Story
from search.scope import Tree
from storefront import sharing, structured
from storefront.cards import Card, cards
from storefront.share_pictures import drawn
from storefront.story_cards import with_covers

GOODS = 4
SUMMARY_WORDS = 30


@require_safe
@public_page
def index(request: HttpRequest) -> HttpResponse:
    """All stories, the newest first, narrowed by words, group and place."""
    stories = StoryList(request.GET)
    context = {
        "list": stories,
        "texts": StoryIndex.objects.live().filter(locale__language_code=get_language()).first(),
        "nav_groups": stories.tree.groups,
        "crumbs": [{"title": _("Stories")}],
        "noindex": stories.is_narrowed,
    }
    return render(request, "cms/stories/index.html", context)


@require_safe
@public_page
def detail(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """One story with its pictures, facts and sources, and the goods that it tells of."""
    story = _story(pk)
    if slug != story.slug:
        return redirect(story.get_absolute_url(), permanent=True)
    tree = Tree.load()
    goods = _goods(story, tree)
    context = {
        "story": story,
        "goods": goods,
        "nav_groups": tree.groups,
        "crumbs": [{"title": _("Stories"), "url": reverse("stories:index")}, {"title": story.display_title}],
        "described": _described(request, story),
        "share": _share(story),
        # A story whose product was withdrawn stays readable; no list and no search leads to it.
        "noindex": story.product is not None and not story.is_listed,
    }
    return render(request, "cms/stories/detail.html", context)


@require_safe
def share(request: HttpRequest, slug: str, pk: str, digest: str) -> HttpResponse:
    """The picture that a link to the story shows elsewhere."""
    story = _story(pk)
    return sharing.picture_answer(request, _digest(story), lambda: _drawn(story))


def _story(pk: str) -> Story:
    found = (
        Story.objects.public()
        .filter(pk=int(pk))
        .select_related("product__region__parent", "seller__region__parent")
    )
    stories = with_covers(found)
    if not stories:
        raise Http404
    return stories[0]


def _goods(story: Story, tree: Tree) -> list[Card]:
    """The story's product first, then others of the same stall."""
    own = [story.product_id] if story.product_id is not None else []
    others = (
        Product.objects.listed()
        .filter(producer=story.seller_id, producer__isnull=False)
        .exclude(pk__in=own)
        .order_by("-certification__stars", "pk")
        .values_list("pk", flat=True)[: GOODS - len(own)]
    )
    listed = list(Product.objects.listed().filter(pk__in=own).values_list("pk", flat=True))
    story.is_listed = bool(listed)
    return cards([*listed, *others], tree)


def _summary(story: Story) -> str:
    words = story.display_body.split()
    text = " ".join(words[:SUMMARY_WORDS])
    return story.display_slogan or (f"{text} …" if len(words) > SUMMARY_WORDS else text)


def _share(story: Story) -> sharing.Share:
    return sharing.Share(
        title=story.display_title,
        description=_summary(story),
        picture=reverse("stories:share", args=[story.slug, story.pk, _digest(story)]),
        alt=story.display_title,
        kind="article",
    )


def _digest(story: Story) -> str:
    return sharing.digest(story.display_title, _seller_name(story), story.place_now, story.cover_name)


def _seller_name(story: Story) -> str:
    return story.seller.name if story.seller is not None else ""


def _drawn(story: Story) -> bytes:
    pictures = []
    if story.cover_name:
        with default_storage.open(story.cover_name) as file:
            pictures.append(Image.open(file).convert("RGB"))
    lines = [_seller_name(story), story.place_now]
    return drawn(title=story.display_title, lines=lines, pictures=pictures)


def _described(request: HttpRequest, story: Story) -> dict:
    return {
        "@type": "Article",
        "headline": story.display_title,
        "description": _summary(story),
        "url": request.build_absolute_uri(story.get_absolute_url()),
        "image": request.build_absolute_uri(story.cover.largest) if story.cover else None,
        "inLanguage": story.text_language,
        "datePublished": story.published_at.isoformat(),
        "citation": [source["url"] for source in story.sources],
        "about": {"@type": "Organization", "name": story.seller.name} if story.seller else None,
        "publisher": structured.publisher(request),
    }
