"""Articles and their pictures for tests."""

from cms.models import Article, NewsIndex, Picture
from marketplace.core.models import User


def add_article(
    index: NewsIndex, title: str = "Chợ phiên OCOP", *, live: bool = True, body=None, **fields
) -> Article:
    """An article below a list of news; published unless it is to stay a draft."""
    fields.setdefault("intro", "Lời dẫn")
    body = [("text", "<p>Thân bài</p>")] if body is None else body
    article = index.add_child(
        instance=Article(title=title, locale=index.locale, body=body, live=live, **fields)
    )
    revision = article.save_revision()
    if live:
        revision.publish()
    return article


def add_picture() -> Picture:
    """The row of a picture; its file is not there."""
    return Picture.objects.create(
        title="Chợ", description="Gian hàng ở chợ", file="original_images/cho.webp", width=1200, height=800
    )


def make_administrator() -> User:
    """Somebody who may see every screen of the admin."""
    return User.objects.create_superuser("quan-tri@example.org", "mat khau thu")
