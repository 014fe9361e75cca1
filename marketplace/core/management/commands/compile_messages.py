from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile the translations (locale/*/LC_MESSAGES/*.po) with Babel; a machine without gettext can."

    def handle(self, *args, **options):
        sources = [
            path
            for folder in settings.LOCALE_PATHS
            for path in sorted(Path(folder).glob("*/LC_MESSAGES/*.po"))
        ]
        compiled = [source for source in sources if _compile(source)]
        self.stdout.write(f"{len(compiled)} of {len(sources)} catalogues of messages compiled anew.")


def _compile(source: Path) -> bool:
    """Write the .mo beside the .po unless it is newer; beside it first, so that nobody reads half a file."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return False
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name)
    draft = target.with_suffix(".part")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(target)
    return True
