"""Those who become sellers, their teams, and the office that decides: plain functions over the real acts."""

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile

from catalog.domain import stall_checks, takedowns
from catalog.models import Product, TakeDown
from marketplace.core.models import User
from marketplace.core.roles import Role, TeamRole
from producers.domain import applications, stall_pages, team
from producers.models import ApplicationPaper, Invitation, Partner, SellerApplication, StallCheck
from tests.factories.catalog import make_member, make_region, make_user
from tests.factories.files import PDF


def make_officer() -> User:
    """Somebody of the programme office."""
    person = make_user()
    person.groups.add(Group.objects.get_or_create(name=Role.OFFICE)[0])
    return person


def make_application(*, applicant: User | None = None, sent: bool = True, **fields) -> SellerApplication:
    """A complete application of a cooperative, sent to the office unless told otherwise."""
    person = applicant or make_user()
    application = applications.begin(person, claims=fields.pop("claims", None))
    answers = {
        "legal_form": Partner.LegalForm.COOPERATIVE,
        "legal_name": "Hợp tác xã Chè Tân Cương Xanh",
        "business_code": "0100109106",
        "representative": "Nguyễn Thị Lan",
        "phone": "+84912345678",
        "email": "che@example.org",
        "street": "Xóm Hồng Thái",
        "region": fields.pop("region", None) or make_region(),
        "bank_code": "970436",
        "bank_number": "0011001932418",
        "bank_holder": "NGUYEN THI LAN",
        "needs_no_papers": True,
        **fields,
    }
    for step in applications.STEPS[:-1]:
        applications.write(application, step, answers)
    if sent:
        applications.send(application, actor=person, terms_edition="2026-11")
    return application


def make_invitation(seller: Partner, *, role: str = TeamRole.PACKER, **fields) -> Invitation:
    """An open invitation from an owner of the seller, who is made where there is none."""
    owner = fields.pop("actor", None) or make_member(seller, TeamRole.OWNER)
    return team.invite(seller, role=role, actor=owner, name=fields.pop("name", "Anh Tuấn"), **fields)


def make_paper(application: SellerApplication, **fields) -> ApplicationPaper:
    """A food-safety certificate with a small file."""
    file = ContentFile(PDF, name="giay-chung-nhan.pdf")
    return applications.add_paper(application, file=file, file_type="application/pdf", **fields)


def make_take_down(product: Product, **fields) -> TakeDown:
    """An authority's request that nobody has carried out yet."""
    wanted = {"ground": "authority", "authority": "Đội Quản lý thị trường số 1", "reason": "Nhãn sai"}
    return takedowns.order(product, **{**wanted, "actor": make_officer(), **fields})


def make_stall_check(seller: Partner, **content) -> StallCheck:
    """A page of the stall that waits for the office."""
    owner = content.pop("actor", None) or make_member(seller, TeamRole.OWNER)
    content = content or {"blocks": [{"kind": "text", "heading": "", "body": "Lò gốm của làng."}]}
    revision = stall_pages.draft_of(seller).revision
    draft = stall_pages.save(seller, actor=owner, content=content, revision=revision)
    return stall_checks.submit(seller, actor=owner, revision=draft.revision)
