"""Where the editor of a publication sees its PDFs and has a new one made."""

from wagtail.admin.panels import Panel


class PrintRunsPanel(Panel):
    """The newest print runs, and the way to the page on which they are made."""

    SHOWN = 3

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/publications/panel.html"

        def is_shown(self) -> bool:
            return self.instance.pk is not None and super().is_shown()

        def get_context_data(self, parent_context: dict | None = None) -> dict:
            context = super().get_context_data(parent_context)
            context["page"] = self.instance
            context["print_runs"] = list(self.instance.print_runs.all()[: PrintRunsPanel.SHOWN])
            return context
