"""Tasks that are enqueued together are those that would have been enqueued one by one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from catalog.tasks import illustrate_products
from marketplace.core.tasks import enqueue_many

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_they_are_the_same_but_for_number_and_time():
    later = illustrate_products.using(priority=-50)
    enqueue_many(later, [([1, 2],)])
    later.enqueue([1, 2])
    many, one = DBTaskResult.objects.order_by("enqueued_at").values()
    different = {name for name, value in one.items() if many[name] != value}
    assert different == {"id", "enqueued_at"}
    assert DBTaskResult.objects.ready().count() == 2


def test_hundreds_are_a_few_statements():
    with CaptureQueriesContext(connection) as queries:
        enqueue_many(illustrate_products, (([number],) for number in range(300)))
    assert DBTaskResult.objects.count() == 300
    assert len([query for query in queries if query["sql"].startswith("INSERT")]) <= 5


def test_none_is_nothing():
    enqueue_many(illustrate_products, [])
    assert not DBTaskResult.objects.exists()
