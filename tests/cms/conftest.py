import pytest
from django.utils import translation


@pytest.fixture
def index(db):
    """The Vietnamese list of news of a fresh site; the test speaks Vietnamese."""
    from cms.domain.site import set_up  # noqa: PLC0415 - models need Django set up
    from cms.models import NewsIndex  # noqa: PLC0415

    set_up()
    with translation.override("vi"):
        yield NewsIndex.objects.get(locale__language_code="vi")
