"""All that the blocks of one page want, each kind fetched by its own few queries."""

from django.utils.translation import get_language

from cms.gathering.goods import Goods
from cms.gathering.things import Articles, Events, Files, Livestreams, Pictures, Points, Stories, Texts


class Gathering:
    """First every block says what it wants of these, then `fetch` brings it, then they give it out."""

    def __init__(self):
        self.language = get_language() or "vi"
        self.goods = Goods()
        self.texts = Texts()
        self.pictures = Pictures()
        self.files = Files()
        self.stories = Stories()
        self.events = Events()
        self.livestreams = Livestreams()
        self.articles = Articles(self.language)
        self.points = Points()

    def fetch(self) -> None:
        self.stories.fetch()
        self.goods.want_pictures(self.stories.uncovered())
        self.goods.fetch()
        self.stories.cover(self.goods.first_pictures())
        for kind in (
            self.texts,
            self.pictures,
            self.files,
            self.events,
            self.livestreams,
            self.articles,
            self.points,
        ):
            kind.fetch()
