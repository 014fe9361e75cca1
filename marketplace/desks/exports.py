"""Lists of a desk to take away, as CSV or as a workbook."""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from catalog.domain.tables import MOST_ROWS_OF_A_SHEET, Row, TooManyRows, csv_lines, write_table

CSV, XLSX = "csv", "xlsx"
MOST_ROWS = MOST_ROWS_OF_A_SHEET - 1


def answer(
    name: str, kind: str, head: Sequence[str], rows: Iterable[Row], count: int = 0
) -> HttpResponseBase:
    """A table called ``name``, a workbook for ``xlsx`` and else CSV that is sent as it is read.

    ``count`` is how many rows there are; raises ``TooManyRows`` for more than a sheet holds.
    """
    if kind != XLSX:
        answered = StreamingHttpResponse(csv_lines(head, rows), content_type="text/csv; charset=utf-8")
        answered.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return answered
    if count > MOST_ROWS:
        raise TooManyRows
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.xlsx"
        write_table(path, head, rows)
        # The file lives on while it is read, whatever becomes of its folder.
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
