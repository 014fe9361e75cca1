from collections import defaultdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from search import engines
from search.engines import EngineAway
from search.quality import ENOUGH_FOUND, ENOUGH_RANK, FIRST, Outcome, Score, measure, read, shipped


class Command(BaseCommand):
    help = (
        "How well the engine in use finds products by words as people type them: the share found among the "
        "first ten and the mean reciprocal rank, for each way of typing. Fails below the limits."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--questions",
            metavar="FILE",
            type=Path,
            help="another file: way, words, name, seller by tabs",
        )
        parser.add_argument("--missed", action="store_true", help="show the questions that were not first")

    def handle(self, *args, questions, missed, **options):
        engine = engines.index() or engines.get()
        try:
            outcomes = measure(engine, read(questions) if questions else shipped())
        except EngineAway as error:
            raise CommandError(_("The index cannot be used: %(reason)s") % {"reason": error}) from error
        if not outcomes:
            raise CommandError(_("None of these products is in the database; load_sample brings them."))
        by_way = defaultdict(list)
        for outcome in outcomes:
            by_way[outcome.trial.way].append(outcome)
        for way, found in by_way.items():
            self._line(way, Score.of(found))
        score = Score.of(outcomes)
        self._line(_("all"), score)
        if missed:
            self._show_missed(outcomes)
        if not score.is_enough:
            raise CommandError(
                _("Too few: %(found)s found and a mean reciprocal rank of %(rank)s are needed.")
                % {"found": f"{ENOUGH_FOUND:.0%}", "rank": ENOUGH_RANK}
            )

    def _line(self, name: str, score: Score):
        first = _("first ten")
        self.stdout.write(
            f"{name:30}{score.count:6}  {first} {score.found:7.1%}  MRR {score.rank:.3f}"
            f"  {1000 * score.seconds:6.1f} ms"
        )

    def _show_missed(self, outcomes: list[Outcome]):
        for each in outcomes:
            if each.place != 1:
                place = each.place or _("not among the first %(count)s") % {"count": FIRST}
                self.stdout.write(f"  {each.trial.words} → {each.trial.name}: {place}")
