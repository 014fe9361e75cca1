"""What editors, chief editors and the programme's office may do in Wagtail's admin, and who approves what."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from marketplace.core.roles import Role

PAGE_RIGHTS = {
    Role.EDITOR: ("add_page", "change_page"),
    Role.CHIEF_EDITOR: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
}
#: Editors change the pictures and files that they brought themselves, chief editors all.
COLLECTION_RIGHTS = {
    Role.EDITOR: ("add_image", "choose_image", "add_document", "choose_document"),
    Role.CHIEF_EDITOR: (
        "add_image",
        "change_image",
        "choose_image",
        "add_document",
        "change_document",
        "choose_document",
    ),
}
ADMIN = "wagtailadmin.access_admin"
PAPERS = ("cms.add_paper", "cms.change_paper", "cms.delete_paper")
ISSUES = ("cms.add_issue", "cms.change_issue", "cms.delete_issue", "cms.send_issue")
#: Rights over everything of a kind. Lists of synonyms are never rewritten.
MODEL_RIGHTS = {
    Role.EDITOR: (
        ADMIN,
        "simple_translation.submit_translation",
        "events.add_event",
        "events.change_event",
        "cms.add_paper",
        "cms.change_paper",
        "cms.add_issue",
        "cms.change_issue",
    ),
    Role.CHIEF_EDITOR: (
        ADMIN,
        "simple_translation.submit_translation",
        "wagtailredirects.add_redirect",
        "wagtailredirects.change_redirect",
        "wagtailredirects.delete_redirect",
        "events.add_event",
        "events.change_event",
        "events.publish_event",
        *PAPERS,
        *ISSUES,
    ),
    Role.OFFICE: (
        ADMIN,
        "search.add_pin",
        "search.change_pin",
        "search.delete_pin",
        "search.view_pin",
        "search.add_synonymlist",
        "search.view_synonymlist",
        "events.add_event",
        "events.change_event",
        "events.publish_event",
        "events.change_boothregistration",
        "events.add_livestream",
        "events.change_livestream",
        *PAPERS,
        *ISSUES,
        "cms.view_enquiry",
        "cms.change_enquiry",
        "legal.view_acceptance",
        "partner.add_pointofsale",
        "partner.change_pointofsale",
        "notifications.view_subscription",
        "notifications.delete_subscription",
    ),
}


def grant(pages: Iterable[Page]) -> None:
    """Give the roles what they lack, over these pages and all below; takes nothing away."""
    pages = list(pages)
    for role, names in MODEL_RIGHTS.items():
        _group(role).permissions.add(*_permissions(names))
    for role, codenames in PAGE_RIGHTS.items():
        _grant_over_pages(_group(role), codenames, pages)
    for role, codenames in COLLECTION_RIGHTS.items():
        _grant_over_collections(_group(role), codenames)


def have_approved(pages: Iterable[Page]) -> None:
    """Let these pages and all below be approved by a chief editor, where nobody has decided otherwise."""
    undecided = [page for page in pages if not WorkflowPage.objects.filter(page=page).exists()]
    if not undecided:
        return
    _forget_wagtails_own()
    workflow = WorkflowPage.objects.filter(page__depth__gt=1).values_list("workflow", flat=True).first()
    workflow = Workflow.objects.get(pk=workflow) if workflow else _new_workflow()
    for page in undecided:
        WorkflowPage.objects.create(page=page, workflow=workflow)


def _group(role: Role) -> Group:
    return Group.objects.get_or_create(name=role)[0]


def _permissions(names: Iterable[str]) -> list[Permission]:
    wanted = Q()
    for name in names:
        app_label, codename = name.split(".")
        wanted |= Q(content_type__app_label=app_label, codename=codename)
    return list(Permission.objects.filter(wanted))


def _grant_over_pages(group: Group, codenames: Iterable[str], pages: Iterable[Page]) -> None:
    of_pages = Permission.objects.filter(
        content_type__app_label="wagtailcore", content_type__model="page", codename__in=codenames
    )
    for permission in of_pages:
        for page in pages:
            GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


def _grant_over_collections(group: Group, codenames: Iterable[str]) -> None:
    root = Collection.get_first_root_node()
    # Wagtail asks for the rights over its own models, whichever stand in their place.
    of_kinds = Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=codenames
    )
    for permission in of_kinds:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)


def _new_workflow() -> Workflow:
    with override("vi"):
        task = GroupApprovalTask.objects.create(name=_("Approval by a chief editor"))
        workflow = Workflow.objects.create(name=_("Writing and approval"))
    task.groups.add(_group(Role.CHIEF_EDITOR))
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    return workflow


def _forget_wagtails_own() -> None:
    """Wagtail's first migrations leave two groups and a workflow that nobody chose."""
    Workflow.objects.filter(name="Moderators approval", workflow_states=None).delete()
    GroupApprovalTask.objects.filter(name="Moderators approval", task_states=None).delete()
    Group.objects.filter(name__in=("Editors", "Moderators"), user=None).delete()
