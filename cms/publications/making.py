"""Having a publication printed: an editor asks, a task makes the PDF and tells how far it is."""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cms.models import PrintRun, PublicationPage
from marketplace.core import clock
from marketplace.core.models import PublicChange, User
from marketplace.core.tasks import retrying_task
from marketplace.core.text import slugify

from .catalogue import Title, catalogue_pdf
from .contents import chapters_of, paragraphs
from .printing import page_count
from .selection import parts_of

KEPT_RUNS = 5
TOLD_EVERY = 0.5
"""Seconds between two notes of how far it is."""

State = PrintRun.State


class NothingToPrint(ValueError):
    """No product that is listed today fits the publication."""


@transaction.atomic
def ask(page: PublicationPage, *, actor: User) -> PrintRun:
    """Have the newest texts of the publication printed; while that is being done there is no second run."""
    PublicationPage.objects.select_for_update().get(pk=page.pk)
    waiting = page.print_runs.in_work().first()
    if waiting is not None:
        return waiting
    run = PrintRun.objects.create(page=page, revision=page.latest_revision, asked_by=actor)
    make_print_run.enqueue(run.pk)
    return run


@retrying_task(attempts=3, title=_("Print a publication"))
def make_print_run(run_id: int) -> None:
    """Make the PDF of a print run; one that is finished already stays as it is."""
    run = PrintRun.objects.select_related("page__locale", "revision").filter(pk=run_id).first()
    if run is None or run.state == State.DONE:
        return
    run.state, run.started_at, run.problem = State.MAKING, clock.now(), ""
    run.save(update_fields=["state", "started_at", "problem"])
    try:
        with override(run.page.locale.language_code):
            pdf, products = _printed(run)
    except Exception as error:
        PrintRun.objects.filter(pk=run.pk).update(state=State.FAILED, problem=str(error)[:2000])
        if isinstance(error, NothingToPrint):
            return
        raise
    _keep(run, pdf, products)
    _forget_old(run.page)


def _printed(run: PrintRun) -> tuple[bytes, int]:
    page = run.revision.as_object() if run.revision is not None else run.page
    chapters = chapters_of(parts_of(page.chapters.raw_data))
    number = sum(len(chapter.entries) for chapter in chapters)
    if not number:
        raise NothingToPrint(str(_("No product that is listed today fits this publication.")))
    title = Title(
        title=page.title.replace("Hà Nội", "Hà\N{NO-BREAK SPACE}Nội"),
        subtitle=page.subtitle,
        foreword=paragraphs(page.foreword),
        signed=page.signed,
        imprint=paragraphs(page.imprint),
        address=f"{settings.BASE_URL.rstrip('/')}{page.address}",
        language=page.locale.language_code,
        layout=page.layout,
    )
    return catalogue_pdf(title, chapters, _teller(run)), number


def _teller(run: PrintRun) -> Callable[[int, int], None]:
    """Notes how far the run is, at most twice a second."""
    told_at = float("-inf")

    def tell(done: int, total: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= TOLD_EVERY:
            PrintRun.objects.filter(pk=run.pk).update(steps_done=done, steps=total)
            told_at = time.monotonic()

    return tell


def _keep(run: PrintRun, pdf: bytes, products: int) -> None:
    """Store the file under the run's own name, in place of what an attempt that broke off has left."""
    name = f"{slugify(run.page.title)[:60].strip('-')}-{clock.today():%Y-%m-%d}-{run.pk}.pdf"
    field = PrintRun._meta.get_field("file")
    path = field.generate_filename(run, name)
    if field.storage.exists(path):
        field.storage.delete(path)
    run.file.save(name, ContentFile(pdf), save=False)
    run.size, run.products, run.pages = len(pdf), products, page_count(pdf)
    run.steps_done = run.steps = max(run.steps, 1)
    run.state, run.finished_at = State.DONE, clock.now()
    with transaction.atomic():
        run.save()
        # The publication's page links to the file; its own table has not changed.
        PublicChange.objects.note()


def _forget_old(page: PublicationPage) -> None:
    """Remove all but the newest runs that are over, with their files; the public one stays."""
    public = page.public_print_run
    over = page.print_runs.filter(state__in=(State.DONE, State.FAILED))
    for run in over[KEPT_RUNS:]:
        if public is None or run.pk != public.pk:
            run.file.delete(save=False)
            run.delete()
