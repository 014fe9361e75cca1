"""A publication whose worker is killed while it prints: it is printed by the next one, once."""

import time

import pytest
from django.core.files.storage import FileSystemStorage
from django_tasks_db.models import DBTaskResult

from cms.models import PrintRun
from cms.publications.making import ask
from tests.cms.papers import Paper
from tests.cms.test_publications import make_publication
from tests.factories.catalog import make_product, make_user
from tests.faults.processes import chance, rounds, wait_until
from tests.faults.test_workers import start_worker, unfinished

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

PRODUCTS = 40
#: Seconds; printing so many takes about that long, so some workers are done before they are killed.
LONGEST_LIFE = 1.5


def test_a_worker_killed_while_it_prints_leaves_one_whole_pdf(started, tmp_path):
    lot = chance()
    for _number in range(PRODUCTS):
        make_product()
    page, editor = make_publication(), make_user()
    # The worker keeps its files among its own data; the database is the test's.
    place = {"OCOP_DATA_DIR": str(tmp_path / "data")}
    printed = FileSystemStorage(tmp_path / "data" / "media")
    wanted, interrupted = max(2, rounds() // 4), []
    for _turn in range(10 * wanted):
        if len(interrupted) == wanted:
            break
        run = ask(page, actor=editor)
        worker = start_worker(started, env=place)
        wait_until(lambda run=run: _has_begun(run), "the run is begun")
        time.sleep(lot.uniform(0, LONGEST_LIFE))
        worker.kill()
        if PrintRun.objects.in_work().exists():
            interrupted.append(run.pk)
            assert ask(page, actor=editor) == run
        next_one = start_worker(started, env=place)
        wait_until(lambda: unfinished() == 0, "all tasks are done")
        assert next_one.stop() == 0

    runs = list(PrintRun.objects.all())
    assert {run.state for run in runs} == {PrintRun.State.DONE}
    assert {run.products for run in runs} == {PRODUCTS}
    assert len(interrupted) == wanted, "Too few workers were hit while they printed."
    _directories, files = printed.listdir(runs[0].file.name.rpartition("/")[0])
    assert sorted(files) == sorted(run.file.name.rpartition("/")[2] for run in runs)
    for run in runs:
        with printed.open(run.file.name) as file:
            assert len(Paper(file.read())) == run.pages > 1
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}


def _has_begun(run: PrintRun) -> bool:
    run.refresh_from_db()
    return run.state != PrintRun.State.WAITING
