"""Reading a PDF as a person does: its words, its fonts, and the codes that a telephone finds on its pages."""

from io import BytesIO

import pypdfium2
import zxingcpp
from pypdf import PdfReader

#: Times 72 dots to the inch.
SHARPNESS = 3


class Paper:
    def __init__(self, pdf: bytes):
        self.pdf = pdf
        self.reader = PdfReader(BytesIO(pdf))

    def __len__(self) -> int:
        return len(self.reader.pages)

    @property
    def words(self) -> str:
        """All text, with single spaces."""
        return " ".join(" ".join(page.extract_text().split()) for page in self.reader.pages)

    def words_on(self, number: int) -> str:
        return " ".join(self.reader.pages[number].extract_text().split())

    @property
    def fonts(self) -> set[str]:
        """Names of all fonts, without the mark of a subset; raises KeyError for one that is not embedded."""
        found = set()
        for page in self.reader.pages:
            for font in page["/Resources"].get("/Font", {}).values():
                font = font.get_object()
                descendant = font["/DescendantFonts"][0].get_object()
                assert "/FontFile2" in (descriptor := descendant["/FontDescriptor"].get_object()) or (
                    "/FontFile3" in descriptor
                )
                found.add(font["/BaseFont"].lstrip("/").partition("+")[2])
        return found

    @property
    def outline(self) -> list[str]:
        """Titles of the bookmarks, whatever their depth."""
        return list(_titles(self.reader.outline))

    def codes(self) -> list[str]:
        """What the codes on all pages say, in the order of the pages."""
        document = pypdfium2.PdfDocument(self.pdf)
        found = []
        for page in document:
            picture = page.render(scale=SHARPNESS).to_pil()
            found += sorted(code.text for code in zxingcpp.read_barcodes(picture))
        return found

    def colours_on(self, number: int) -> set[tuple[int, int, int]]:
        page = pypdfium2.PdfDocument(self.pdf)[number]
        picture = page.render(scale=1).to_pil().convert("RGB")
        return {colour for _count, colour in picture.getcolors(picture.width * picture.height)}


def _titles(entries) -> list[str]:
    for entry in entries:
        if isinstance(entry, list):
            yield from _titles(entry)
        else:
            yield entry.title
