"""Pages of long lists: the keys first, which an index alone gives, then the rows of these keys."""

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet


class KeyedPaginator(Paginator):
    """Reads what rows are joined with for those of a page only, also of the last of many thousands.

    ``count`` is how many there are where somebody has counted them; a page takes two queries.
    """

    def __init__(self, rows: QuerySet, per_page: int, *, count: int | None = None):
        super().__init__(rows.values_list("pk", flat=True), per_page)
        self.rows = rows.order_by()
        if count is not None:
            self.count = count

    def _get_page(self, object_list: QuerySet, *args) -> Page:
        keys = list(object_list)
        found = self.rows.in_bulk(keys)
        return super()._get_page([found[key] for key in keys if key in found], *args)
