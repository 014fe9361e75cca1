import pytest

from marketplace.regions.domain import by_key
from marketplace.regions.domain.by_key import regions_by_key

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _forget():
    by_key.forget()
    yield
    by_key.forget()


def test_each_is_read_once_with_what_its_label_reads(regions, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert regions_by_key(["c-09556", "nowhere"])["c-09556"].label == "Phường Hà Đông, Hà Nội"
    with django_assert_num_queries(1):
        assert regions_by_key(["c-09556", "p-01"]).keys() == {"c-09556", "p-01"}
    with django_assert_num_queries(0):
        regions_by_key(["c-09556", "p-01"])
