from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Content")
    public_models = (
        "cms.Article",
        "cms.ContentPage",
        "cms.EventIndex",
        "cms.File",
        "cms.HomePage",
        "cms.NewsIndex",
        "cms.Paper",
        "cms.Picture",
        "wagtailcore.Page",
        "wagtailcore.PageViewRestriction",
        "wagtailcore.Site",
    )

    def ready(self):
        from cms import event_section, library, page_section, receivers, story_section  # noqa: PLC0415 - needs loaded models

        page_section.register()
        event_section.register()
        library.register_section()
        story_section.register()
        picture = self.get_model("Picture")
        post_save.connect(receivers.have_sizes_drawn, sender=picture, dispatch_uid="cms.sizes")
