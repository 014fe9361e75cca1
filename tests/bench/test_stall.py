"""The busy stall of the benchmark, in miniature."""

import json
import sys

import pytest

from marketplace.payments.models import Payment, Transfer
from marketplace.sales.domain import ledger, months, payouts, statements
from marketplace.sales.models import CarrierPayout, Promotion, SellerOrder
from producers.models import Partner
from tests.bench.desk import CARDS, FORMS, PAGES, ask
from tests.bench.sites import SiteFailed, serving
from tests.bench.stall import main
from tests.faults.processes import database_url

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_a_stall_in_miniature(client, tmp_path, settings):
    settings.STRIPE_KEY = CARDS["OCOP_STRIPE_KEY"]
    settings.STRIPE_WEBHOOK_SECRETS = [CARDS["OCOP_STRIPE_WEBHOOK_SECRET"]]
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
    pages = {**PAGES, **FORMS}
    answers = {name: client.get(path.format(**found)).status_code for name, path in pages.items()}
    assert answers == dict.fromkeys(pages, 200)


def test_what_it_holds_is_as_the_domain_would_have_written_it(tmp_path):
    main(tmp_path / "stall.json", 6, 1200)
    seller = Partner.objects.get()
    parts = SellerOrder.objects.filter(seller=seller)
    assert list(ledger.differences(parts)) == []
    assert ledger.unbalanced() == []
    assert months.wrongly_kept() == []
    ways = {method: parts.filter(payment_method=method).count() for method in ("cod", "vietqr", "stripe")}
    assert ways["cod"] > 600 > ways["vietqr"] > 200 > ways["stripe"] > 20
    matched = Transfer.objects.filter(state="matched").values_list("payment", "amount")
    assert dict(matched) == dict(
        Payment.objects.filter(method="vietqr", received__gt=0).values_list("pk", "received")
    )
    states = set(CarrierPayout.objects.values_list("state", flat=True))
    assert states == {"settled", "differs", "unknown", "cleared"}
    assert 0 < payouts.with_carriers(seller).count() < CarrierPayout.objects.count()
    assert Payment.objects.owing_refunds().exists()
    sums = statements.sums_of(parts)
    assert sums.received > sums.refunded > 0
    assert sums.fee > 0
    uses = [(each.uses.count(), each.offer.num_applications) for each in Promotion.objects.all()]
    assert sum(used for used, _counted in uses) > 60
    assert all(used == counted for used, counted in uses)
    # And what the lists show besides.
    assert seller.team.count() == 10
    assert seller.reviews.filter(answered_at=None).exists()
    assert {"refunded", "withdrawn"} < set(seller.returns.values_list("state", flat=True))
    assert seller.threads.count() == 60
    for several in ("handovers", "money_files", "promotions", "stories", "livestreams"):
        assert getattr(seller, several).count() > 10, several


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
            **CARDS,
        },
        log=tmp_path / "log",
        path="/healthz",
    ) as site:
        found = json.loads(file.read_text())
        findings = ask(site, found, rounds=2, is_judged=True)
        assert len(findings.readings) == len(PAGES)
        limited = {verdict.name for verdict in findings.verdicts if verdict.limit is not None}
        assert {"orders: p95", "orders: HTML, CSS, JS", "products: p95", "money, thirty days: p95"} <= limited
        assert {"one month: p95", "carriers' money: p95", "a livestream: HTML, CSS, JS"} <= limited
        assert "numbers, a year: p95" not in limited
        with pytest.raises(SiteFailed, match="answers 302"):
            ask(site, {**found, "cookies": {}}, rounds=2, is_judged=True)
