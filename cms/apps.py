from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Content")
    public_models = ("cms.ContentPage", "cms.Picture", "wagtailcore.Page", "wagtailcore.Site")

    def ready(self):
        from cms import receivers  # noqa: PLC0415 - models are not there before the apps are

        picture = self.get_model("Picture")
        post_save.connect(receivers.have_sizes_drawn, sender=picture, dispatch_uid="cms.sizes")
