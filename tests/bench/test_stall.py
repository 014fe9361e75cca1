"""The busy stall of the benchmark, in miniature."""

import json
import sys

import pytest

from marketplace.payments.models import Payment
from marketplace.sales.models import SellerOrder
from producers.models import Partner
from tests.bench.desk import PAGES, ask
from tests.bench.sites import SiteFailed, serving
from tests.bench.stall import main
from tests.faults.processes import database_url

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_a_stall_in_miniature(client, tmp_path):
    main(tmp_path / "stall.json", 6, 200)
    found = json.loads((tmp_path / "stall.json").read_text())
    seller = Partner.objects.get(slug=found["stall"])
    assert seller.products.listed().count() == 6
    parts = SellerOrder.objects.filter(seller=seller)
    assert parts.count() == Payment.objects.count() == 200
    states = set(parts.values_list("state", flat=True))
    assert states >= {"delivered", "cancelled", "refused"}
    assert states & {"pending", "confirmed", "packed", "shipped"}
    assert (parts.first().placed_at - parts.last().placed_at).days > 700
    client.cookies.load(found["cookies"])
    answers = {name: client.get(path.format(**found)).status_code for name, path in PAGES.items()}
    assert answers == dict.fromkeys(PAGES, 200)


def test_every_list_of_the_desk_is_asked_for(transactional_db, tmp_path):
    file = tmp_path / "stall.json"
    main(file, 6, 60)
    with serving(
        "ours",
        application="marketplace.wsgi:application",
        python=sys.executable,
        environment={
            "DJANGO_SETTINGS_MODULE": "marketplace.settings.test",
            "DATABASE_URL": database_url(),
            "OCOP_DATA_DIR": str(tmp_path),
        },
        log=tmp_path / "log",
        path="/healthz",
    ) as site:
        found = json.loads(file.read_text())
        findings = ask(site, found, rounds=2, is_judged=True)
        assert len(findings.readings) == len(PAGES)
        limited = {verdict.name for verdict in findings.verdicts if verdict.limit is not None}
        assert {"orders: p95", "orders: HTML, CSS, JS", "products: p95", "money, thirty days: p95"} <= limited
        assert "numbers, a year: p95" not in limited
        with pytest.raises(SiteFailed, match="answers 302"):
            ask(site, {**found, "cookies": {}}, rounds=2, is_judged=True)
