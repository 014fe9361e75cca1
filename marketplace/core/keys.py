"""Primary keys as addresses and forms name them: whatever is sent, a query gets what a column can hold."""

LARGEST_KEY = 2**63 - 1
_LONGEST = len(str(LARGEST_KEY))


def key_of(text: str) -> int | None:
    """The key that a text names; None for what is no whole number, or is larger than any key."""
    if not text.isascii() or not text.isdecimal() or len(text) > _LONGEST:
        return None
    key = int(text)
    return key if key <= LARGEST_KEY else None
