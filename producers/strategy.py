"""How oscar finds price and stock of a product."""

from oscar.apps.partner.strategy import NoTax, StockRequired, Structured
from oscar.apps.partner.strategy import Selector as OscarSelector


class ProducerStrategy(StockRequired, NoTax, Structured):
    """The producer's own stock record is what is sold online (design decision 5).

    Prices include VAT, so no tax is added. A basket line keeps the record that it was made
    with: one that is collected at a point of sale is priced by the point's record.
    """

    def __init__(self, request=None):
        # Oscar's looks at the person here, a query on every page; no price of ours depends on who asks.
        self.request = request
        self.user = None

    def select_stockrecord(self, product):
        return product.stock_record

    def fetch_for_line(self, line, stockrecord=None):
        return self.fetch_for_product(line.product, stockrecord or line.stockrecord)

    def availability_policy(self, product, stockrecord):
        if not product.is_for_sale:
            return self._unavailable()
        return super().availability_policy(product, stockrecord)

    @staticmethod
    def _unavailable():
        from oscar.apps.partner.availability import Unavailable  # noqa: PLC0415 (needs loaded apps)

        return Unavailable()


class Selector(OscarSelector):
    def strategy(self, request=None, user=None, **kwargs):
        return ProducerStrategy(request)
