"""Files that only some people may see: outside the public folder, given out by views that ask for rights."""

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage
from django.http import FileResponse

#: How long a browser may keep a private file; nobody in between may.
KEPT_SECONDS = 3600


def private_storage() -> Storage:
    """Where private files lie; a function, so that migrations do not hold a folder of one machine."""
    return FileSystemStorage(location=settings.PRIVATE_ROOT, base_url=None)


def private_answer(name: str, content_type: str) -> FileResponse:
    """The stored file as an answer, for a view that has asked for the right.

    It is shown as nothing but what it is said to be. Raises ``FileNotFoundError`` where the file is gone.
    """
    response = FileResponse(private_storage().open(name), content_type=content_type)
    response["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
