"""The table of the demo's accounts, for a terminal."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from marketplace.sampledata.accounts import DemoAccount


def lines(accounts: Iterable[DemoAccount], password: str) -> Iterator[str]:
    """The lines of the table: role, e-mail address, where to begin, stall."""
    rows = [(_("Role"), _("E-mail address"), _("Begin at"), _("Stall"))]
    rows += [(account.label, account.email, account.path, account.stall) for account in accounts]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    yield ""
    yield _("Accounts of the demo; the password of all is %(password)s") % {"password": password}
    for index, row in enumerate(rows):
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if index == 0:
            yield "  " + "  ".join("─" * width for width in widths)
    yield ""
