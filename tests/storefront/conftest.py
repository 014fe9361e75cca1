import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _vietnamese():
    """Each test begins in Vietnamese, whatever language the last request of the one before it was in."""
    with translation.override("vi"):
        yield
