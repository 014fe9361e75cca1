"""Editors' pictures and files, and the people who bring them."""

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile

from cms.models import File, Picture
from marketplace.core.models import User
from marketplace.core.roles import Role
from tests.factories.files import PDF, photograph


def make_picture(width: int = 1000, height: int = 800, **fields) -> Picture:
    """A picture as an editor's form leaves it, whose sizes are not drawn yet."""
    fields = {"title": "Chè Tân Cương", "description": "Đồi chè buổi sớm", **fields}
    content = fields.pop("file", None) or photograph(width, height)
    picture = Picture.objects.create(file=ContentFile(content, "doi-che.jpg"), **fields)
    # As it is read again, its file closed.
    return Picture.objects.get(pk=picture.pk)


def make_file(name: str = "quyet-dinh.pdf", content: bytes = PDF, **fields) -> File:
    file = File.objects.create(file=ContentFile(content, name), **{"title": "Quyết định", **fields})
    return File.objects.get(pk=file.pk)


def make_editor(role: Role = Role.EDITOR, **fields) -> User:
    """A person of this role; `set_up()` gives the role its rights."""
    email = fields.pop("email", f"{role.value.replace(' ', '-')}@example.org")
    editor = User.objects.create_user(email, "mat khau thu", **fields)
    editor.groups.add(Group.objects.get_or_create(name=role)[0])
    return editor
