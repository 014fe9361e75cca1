"""Live queries of blocks: which products a list is made of, decided anew each time that it is shown."""

from dataclasses import dataclass

from search.query import ProductQuery

#: So many of the first products are looked at where some are chosen by rule.
LOOKED_AT = 240


@dataclass(frozen=True)
class Pick:
    """The first ``number`` products that a query finds.

    Varied ones are chosen among those with a picture, from as many sets and sellers as there are, and none of
    them stands in an earlier varied list of the page.
    """

    query: ProductQuery
    number: int
    is_varied: bool = False

    @property
    def looked_at(self) -> int:
        return LOOKED_AT if self.is_varied else self.number
