from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument


class File(AbstractDocument):
    """A file that editors uploaded for readers to take away."""

    KINDS = ("pdf", "docx", "xlsx", "csv")

    admin_form_fields = WagtailDocument.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("File")
        verbose_name_plural = _("Files")
