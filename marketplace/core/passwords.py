"""Rules for passwords, in words that can be translated."""

from django.contrib.auth import password_validation
from django.utils.translation import ngettext


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """Django's rule with a text of our own: its Vietnamese catalogue lacks the one that Django shows."""

    def get_error_message(self) -> str:
        return ngettext(
            "This password is too short. It needs at least %(count)s character.",
            "This password is too short. It needs at least %(count)s characters.",
            self.min_length,
        ) % {"count": self.min_length}
