from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from oscar.apps.customer.abstract_models import AbstractUser

from marketplace.core.roles import has_role


class User(AbstractUser):
    """A person with an account, known by e-mail address."""

    phone = models.CharField(_("Phone"), max_length=20, blank=True)
    language = models.CharField(
        _("Language"),
        max_length=5,
        default="vi",
        help_text=_("The language of the mails that this person gets."),
    )

    class Meta(AbstractUser.Meta):
        abstract = False

    def __str__(self):
        return self.get_full_name() or self.email

    @cached_property
    def role_names(self) -> frozenset[str]:
        """Names of the platform roles that this person holds."""
        return frozenset(self.groups.values_list("name", flat=True))

    @property
    def is_administrator(self) -> bool:
        """Whether this person runs the platform."""
        return has_role(self)
