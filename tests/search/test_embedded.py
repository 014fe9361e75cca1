"""The embedded index takes up what a killed writer left: segments not merged, files of no commit."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from search.document import Document
from search.engines.embedded.engine import EmbeddedEngine
from search.engines.embedded.store import META
from tests.search.made_documents import made_documents

pytestmark = pytest.mark.unit

MANAGED = ".managed.json"
DOCUMENTS = made_documents(18)
MANY, FEW, OTHERS = DOCUMENTS[:6], DOCUMENTS[6:9], DOCUMENTS[9:]


def make_engine(root: Path, *segments: Iterable[Document]) -> EmbeddedEngine:
    engine = EmbeddedEngine(root)
    with engine.rebuild():
        pass
    for documents in segments:
        engine.write(documents, gone=())
    return engine


def add_to_json(folder: Path, name: str, change) -> None:
    path = folder / name
    found = json.loads(path.read_text())
    change(found)
    path.write_text(json.dumps(found))


def segments_of(folder: Path) -> list[dict]:
    return json.loads((folder / META).read_text())["segments"]


def held(engine: EmbeddedEngine) -> list[int]:
    return sorted(pk for pk, _stamp in engine.stamps())


def test_segments_that_were_not_merged_keep_nothing_that_was_replaced(tmp_path):
    # Of the segments the last commit deletes in one that is not the largest.
    engine = make_engine(tmp_path / "one", MANY, FEW, FEW[:1])
    live = engine.store.live()
    other = make_engine(tmp_path / "other", OTHERS[:5], *([each] for each in OTHERS[5:])).store.live()
    for path in other.iterdir():
        if path.name not in (META, MANAGED):
            shutil.copy(path, live)
    add_to_json(live, META, lambda meta: meta["segments"].extend(segments_of(other)))
    assert len(segments_of(live)) == 8  # so many are merged as soon as somebody writes
    engine.write(FEW[1:2], gone=())
    assert len(segments_of(live)) == 2
    assert held(engine) == [each.pk for each in DOCUMENTS]


def test_a_file_of_no_commit_is_in_nobody_s_way(tmp_path):
    engine = make_engine(tmp_path / "one", MANY, FEW)
    shutil.copytree(tmp_path / "one", tmp_path / "killed")
    killed = EmbeddedEngine(tmp_path / "killed")
    killed.write(MANY[:2], gone=())
    left = list(killed.store.live().glob("*.del"))
    assert left
    live = engine.store.live()
    for path in left:
        shutil.copy(path, live)
    add_to_json(live, MANAGED, lambda managed: managed.extend(path.name for path in left))
    engine.write(MANY[1:3], gone=())
    assert held(engine) == [each.pk for each in (*MANY, *FEW)]
    engine.verify()
