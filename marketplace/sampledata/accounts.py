"""The demo's accounts: one for each role that has something to do."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from oscar.apps.address.models import Country, UserAddress

from catalog.models import Category
from marketplace.core.models import User
from marketplace.core.roles import Role, TeamRole
from marketplace.regions.models import Region
from marketplace.sales.domain.place import VIETNAM
from marketplace.sampledata.points import ILLUSTRATIVE
from producers.domain.bank_accounts import account_of, set_account
from producers.models import Partner, TeamMember

PASSWORD = "mua-hang-ocop-2026"  # noqa: S105 - printed for everybody who starts the demo
DOMAIN = "example.org"
NOBODYS_ACCOUNT = {
    "bank_code": "970436",
    "number": "0000000000",
    "holder": "TAI KHOAN MINH HOA",
    "is_other_name": True,
}


@dataclass(frozen=True)
class _Plan:
    """An account that the demo should have; ``stall`` counts stalls by how much they sell, from 0.

    ``at_point``: in the team of the illustrative point of sale instead of a stall's.
    """

    local_part: str
    name: str
    label: Promise
    path: str
    team_role: str | None = None
    stall: int = 0
    role: Role | None = None
    at_point: bool = False

    @property
    def email(self) -> str:
        return f"{self.local_part}@{DOMAIN}"


PLANS = (
    _Plan("nguoi-mua", "Người mua minh hoạ", _("Consumer"), "/tai-khoan/"),
    _Plan("chu-the", "Chủ thể minh hoạ", _("Producer: owner"), "/ban-hang/", TeamRole.OWNER),
    _Plan("quan-ly", "Quản lý minh hoạ", _("Producer: manager"), "/ban-hang/", TeamRole.MANAGER),
    _Plan("dong-goi", "Đóng gói minh hoạ", _("Producer: packer"), "/ban-hang/", TeamRole.PACKER),
    _Plan("viet-bai", "Người viết minh hoạ", _("Producer: writer"), "/ban-hang/", TeamRole.WRITER),
    _Plan("chu-the-2", "Chủ thể minh hoạ 2", _("Producer: owner"), "/ban-hang/", TeamRole.OWNER, stall=1),
    _Plan(
        "diem-ban",
        "Quản lý điểm bán minh hoạ",
        _("Point of sale: manager"),
        "/diem-ban/quan-ly/",
        TeamRole.MANAGER,
        at_point=True,
    ),
    _Plan(
        "nhan-vien",
        "Nhân viên bán hàng minh hoạ",
        _("Point of sale: clerk"),
        "/diem-ban/quan-ly/",
        TeamRole.CLERK,
        at_point=True,
    ),
    _Plan("bien-tap", "Biên tập minh hoạ", _("Editor"), "/quan-tri/", role=Role.EDITOR),
    _Plan(
        "truong-bien-tap",
        "Trưởng biên tập minh hoạ",
        _("Chief editor"),
        "/quan-tri/",
        role=Role.CHIEF_EDITOR,
    ),
    _Plan("van-phong", "Văn phòng minh hoạ", _("Programme office"), "/chuong-trinh/", role=Role.OFFICE),
    _Plan("quan-tri", "Quản trị minh hoạ", _("Administrator"), "/dashboard/", role=Role.ADMINISTRATOR),
)


@dataclass(frozen=True)
class DemoAccount:
    """One line of the table that the demo prints."""

    label: str
    email: str
    stall: str
    path: str


def demo_accounts() -> list[DemoAccount]:
    """The accounts that there are, in a fixed order, each with its stall and where to begin."""
    users = User.objects.filter(email__in=[plan.email for plan in PLANS])
    stalls = {user.email: user.memberships.all() for user in users.prefetch_related("memberships__seller")}
    return [
        DemoAccount(
            str(plan.label),
            plan.email,
            ", ".join(member.seller.name for member in stalls[plan.email]),
            plan.path,
        )
        for plan in PLANS
        if plan.email in stalls
    ]


def account(local_part: str) -> User:
    """The demo's account whose address begins so."""
    return User.objects.get(email=f"{local_part}@{DOMAIN}")


def stall_of(owner: User) -> Partner | None:
    """The stall that an account owns."""
    return Partner.objects.filter(team__user=owner, team__role=TeamRole.OWNER).first()


def load_accounts() -> int:
    """Make the accounts that are missing and leave the others alone; returns how many are new."""
    existing = set(User.objects.values_list("email", flat=True))
    missing = [plan for plan in PLANS if plan.email not in existing]
    stalls = _largest_stalls() if missing else []
    for plan in missing:
        user = _make(plan)
        if plan.role is not None:
            user.groups.add(Group.objects.get_or_create(name=plan.role)[0])
        if plan.team_role is not None:
            seller = _illustrative_point() if plan.at_point else stalls[plan.stall]
            TeamMember.objects.create(seller=seller, user=user, role=plan.team_role)
        if plan.team_role == TeamRole.OWNER:
            _take_transfers(stalls[plan.stall], user)
        if plan.role is None and plan.team_role is None:
            _add_address(user)
    return len(missing)


def _make(plan: _Plan) -> User:
    make = User.objects.create_superuser if plan.role == Role.ADMINISTRATOR else User.objects.create_user
    return make(email=plan.email, password=PASSWORD, first_name=plan.name)


def _largest_stalls() -> list[Partner]:
    """The two stalls that sell the most products online."""
    sells = Count("products", filter=Q(products__categories__sale_rule=Category.SaleRule.OPEN))
    return list(Partner.objects.public().annotate(sold=sells).order_by("-sold", "name")[:2])


def _illustrative_point() -> Partner:
    return Partner.objects.get(name=ILLUSTRATIVE, kind=Partner.Kind.POINT)


def _take_transfers(stall: Partner, owner: User) -> None:
    """An account that no bank has given out, so that the demo shows how one pays by transfer."""
    if account_of(stall) is None:
        set_account(stall, actor=owner, **NOBODYS_ACCOUNT)


def _add_address(user: User) -> None:
    commune = (
        Region.objects.current()
        .communes()
        .filter(parent__code="01")
        .select_related("parent")
        .order_by("code")
    ).first()
    UserAddress.objects.create(
        user=user,
        first_name=user.first_name,
        line1="Số 1, địa chỉ minh hoạ",
        line4=commune.name,
        state=commune.parent.name,
        country=Country.objects.get_or_create(iso_3166_1_a2="VN", defaults=VIETNAM)[0],
        phone_number="+84912345678",
        is_default_for_shipping=True,
    )
