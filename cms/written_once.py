"""Who may do what in the admin with rows that come from elsewhere than the admin."""

from wagtail.permission_policies import ModelPermissionPolicy


class _Without(ModelPermissionPolicy):
    """Django's permissions, but for acts that nobody may do, administrators included."""

    refused: frozenset[str] = frozenset()

    def user_has_permission(self, user, action):
        return action not in self.refused and super().user_has_permission(user, action)


class ReadOnly(_Without):
    """Rows that are a log: read, never written by hand."""

    refused = frozenset({"add", "change", "delete"})


class OnlyMoved(_Without):
    """Rows that others sent in: the office works on them, and neither makes nor removes any."""

    refused = frozenset({"add", "delete"})


class OnlyRemoved(_Without):
    """Rows that people made for themselves: removed when they ask for it."""

    refused = frozenset({"add", "change"})


class NeverRemoved(_Without):
    """Rows that were announced to everybody: cancelled or taken down, but kept."""

    refused = frozenset({"delete"})
