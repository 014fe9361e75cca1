"""The lists that a site has from the beginning, so that its menu leads somewhere."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop, override

from cms.models import EventIndex, HomePage, LibraryPage, NewsIndex, PublicationIndex, StoryIndex


@dataclass(frozen=True)
class List:
    """A list under the same path in all languages; its words are those of an editor once one has written."""

    model: type
    slug: str
    title: str
    intro: str
    is_in_menu: bool = True

    def page(self, home: HomePage):
        """The page in the language of this home page, not stored yet."""
        with override(home.locale.language_code):
            return self.model(
                title=gettext(self.title),
                intro=gettext(self.intro),
                slug=self.slug,
                show_in_menus=self.is_in_menu,
                locale=home.locale,
            )


LISTS = (
    List(
        NewsIndex,
        "tin-tuc",
        gettext_noop("News"),
        gettext_noop("What happens in the programme, in the villages and at the fairs."),
    ),
    List(
        EventIndex,
        EventIndex.SLUG,
        gettext_noop("Events"),
        gettext_noop(
            "Fairs, product weeks, festivals: where to meet the people who make OCOP products."
            " What is coming, and what has been with its source."
        ),
    ),
    List(
        StoryIndex,
        StoryIndex.SLUG,
        gettext_noop("Stories"),
        gettext_noop(
            "Who makes the products, where the village lies, how the craft was handed down. Each story names"
            " its source."
        ),
        is_in_menu=False,
    ),
    List(
        PublicationIndex,
        PublicationIndex.SLUG,
        gettext_noop("Publications"),
        gettext_noop("Recognised products in chapters, to read here or to print."),
    ),
    List(
        LibraryPage,
        LibraryPage.SLUG,
        gettext_noop("Papers of the programme"),
        gettext_noop(
            "Laws, decisions and plans with number, date, issuer and a link to the source. The papers are in"
            " Vietnamese."
        ),
        is_in_menu=False,
    ),
)


def make_lists(home: HomePage) -> None:
    """The lists that are missing below a home page and its translations; those that are there stay."""
    for each in LISTS:
        page = each.model.objects.child_of(home).first()
        if page is None:
            page = home.add_child(instance=each.page(home))
            page.save_revision().publish()
        for translation in home.get_translations():
            if not page.has_translation(translation.locale):
                _translate(page, each.page(translation))


def _translate(page, written) -> None:
    translated = page.copy_for_translation(written.locale)
    for name in ("title", "intro", "slug", "show_in_menus"):
        setattr(translated, name, getattr(written, name))
    translated.save_revision().publish()
