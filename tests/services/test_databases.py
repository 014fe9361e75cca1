"""A test that commits leaves nothing behind and takes nothing away."""

import threading

import pytest
from django.contrib.auth.models import Group
from django.contrib.sites.models import Site
from django.db import connection

from marketplace.regions.models import Region

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def content():
    return list(Group.objects.values_list("name", flat=True)), Site.objects.count(), Region.objects.count()


@pytest.fixture(scope="module")
def seen():
    return []


@pytest.mark.parametrize("turn", [1, 2])
def test_the_next_test_finds_the_same_database(turn, seen):
    seen.append(content())
    assert seen[0] == content()
    assert content()[2] > 10_000
    Group.objects.create(name=f"turn {turn}")
    Site.objects.all().delete()
    assert content() != seen[0]


def test_another_connection_sees_what_was_committed():
    Group.objects.create(name="committed")
    seen = []

    def look():
        seen.append(Group.objects.filter(name="committed").count())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [1]
