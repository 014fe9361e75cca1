"""The folders of the embedded index: one generation is live; a pointer names it and is switched in one step.

``search/current`` holds the name of the live generation's folder beside it. The name begins with the version
of the description that it was built by, so that an index of another version is never asked.
"""

import json
import os
import secrets
import shutil
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from search.document import VERSION
from search.engines import IndexMissing

POINTER = "current"
META = "meta.json"
BROKEN = "broken"
SEGMENT_FILES = ("fast", "fieldnorm", "idx", "pos", "store", "term")
#: What tantivy writes at the end of each of its files: length of a note with the checksum, and this number.
MAGIC = (1337).to_bytes(4, "little")
CHUNK = 1 << 20


class Store:
    """The index folder under the data directory."""

    def __init__(self, root: Path):
        self.root = root

    @property
    def pointer(self) -> Path:
        return self.root / POINTER

    def live(self) -> Path:
        """The folder of the live generation. Raises `IndexMissing` if there is none of this version."""
        try:
            name = self.pointer.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise IndexMissing("There is no index yet.") from error
        folder = self.root / name
        if not name or Path(name).name != name or not name.startswith(f"v{VERSION}-"):
            raise IndexMissing(f"The index is one of another version: {name}")
        if not (folder / META).is_file():
            raise IndexMissing(f"The index is not there: {name}")
        return folder

    def new_generation(self) -> Path:
        """An empty folder for a generation that is not live yet."""
        folder = self.root / f"v{VERSION}-{secrets.token_hex(6)}"
        folder.mkdir(parents=True)
        return folder

    def switch(self, folder: Path) -> None:
        """Make a generation the live one, in one step, and remove the others."""
        prepared = self.root / f"{POINTER}.{folder.name}"
        with prepared.open("w", encoding="ascii") as file:
            file.write(folder.name)
            file.flush()
            os.fsync(file.fileno())
        prepared.replace(self.pointer)
        self.remove_others(folder.name)

    def discard(self, folder: Path) -> None:
        """Remove a generation that has not become the live one."""
        shutil.rmtree(folder, ignore_errors=True)

    def remove_others(self, kept: str) -> None:
        """Remove older generations and what killed rebuilds left; readers keep the files they have open."""
        for path in self.root.glob("v*-*"):
            if path.name != kept:
                shutil.rmtree(path, ignore_errors=True)
        for path in self.root.glob(f"{POINTER}.*"):
            path.unlink(missing_ok=True)


def note_broken(folder: Path) -> None:
    """Tell all processes that this generation cannot be read, so that the indexer builds it anew."""
    with suppress(OSError):
        (folder / BROKEN).touch()


def state(folder: Path) -> tuple[int, int, int]:
    """What changes with every commit to the index in this folder."""
    found = os.stat(folder / META)
    return found.st_ino, found.st_mtime_ns, found.st_size


def size(folder: Path) -> int:
    """Bytes of all files of the index."""
    return sum(path.stat().st_size for path in folder.iterdir())


def check_ends(folder: Path) -> None:
    """Raise `IndexMissing` if a file of the index is missing or cut off; quick, for every opening."""
    if (folder / BROKEN).exists():
        raise IndexMissing("A reader found the index broken.")
    for path in _files(folder):
        try:
            with path.open("rb") as file:
                file.seek(-len(MAGIC), os.SEEK_END)
                is_whole = file.read() == MAGIC
        except OSError as error:
            raise IndexMissing(f"A file of the index cannot be read: {path.name}") from error
        if not is_whole:
            raise IndexMissing(f"A file of the index is cut off: {path.name}")


def check_contents(folder: Path) -> None:
    """Raise `IndexMissing` if a file differs from its checksum; reads the whole index."""
    check_ends(folder)
    for path in _files(folder):
        if not _is_intact(path):
            raise IndexMissing(f"A file of the index is damaged: {path.name}")


def _files(folder: Path) -> Iterator[Path]:
    """The files of the segments that the index consists of now."""
    try:
        segments = json.loads((folder / META).read_text("utf-8"))["segments"]
        for segment in segments:
            name = segment["segment_id"].replace("-", "")
            for kind in SEGMENT_FILES:
                yield folder / f"{name}.{kind}"
            if segment["deletes"]:
                yield folder / f"{name}.{segment['deletes']['opstamp']}.del"
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexMissing("The list of the index's files cannot be read.") from error


def _is_intact(path: Path) -> bool:
    total = path.stat().st_size
    with path.open("rb") as file:
        file.seek(total - 8)
        note_length = int.from_bytes(file.read(4), "little")
        length = total - 8 - note_length
        if length < 0:
            return False
        file.seek(length)
        try:
            expected = json.loads(file.read(note_length))["crc"]
        except (ValueError, KeyError):
            return False
        file.seek(0)
        checksum, left = 0, length
        while left:
            chunk = file.read(min(CHUNK, left))
            checksum = zlib.crc32(chunk, checksum)
            left -= len(chunk)
    return checksum == expected
