"""The producer's desk: the team of a stall, invitations to it, and its history."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.core.exceptions import Refused
from marketplace.core.fields import TextField
from marketplace.core.roles import Right, TeamRole
from marketplace.desks.producer.links import links_of
from marketplace.desks.producer.stalls import chosen_of, stalls_with
from producers.domain import team
from producers.links import invitation_from_token, invitation_path
from producers.models import Invitation, Partner, TeamMember

UNPROCESSABLE = 422
MOST_STEPS = 50

ROLE_WORDS = {
    TeamRole.OWNER: gettext_lazy("may do everything, and invites others"),
    TeamRole.MANAGER: gettext_lazy("may do everything but change the team"),
    TeamRole.PACKER: gettext_lazy("packs and sends orders, counts the stock, answers buyers"),
    TeamRole.WRITER: gettext_lazy("writes stories and answers reviews"),
    TeamRole.CLERK: gettext_lazy("sells at the counter, hands over, receives and counts goods"),
}

FIRST_ROLE = {Partner.Kind.PRODUCER: TeamRole.PACKER, Partner.Kind.POINT: TeamRole.CLERK}
"""What most people who are invited become."""


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=TeamRole)


class InvitationForm(forms.Form):
    """Whom the owner invites; without an e-mail address the link is handed on by phone."""

    name = TextField(label=gettext_lazy("Name"), max_length=120)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Empty: you get a link, which you send by phone."),
        widget=forms.EmailInput(attrs={"inputmode": "email"}),
    )

    def __init__(self, seller: Partner, *args, **kwargs):
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        role.choices = [(each.value, f"{each.label}: {ROLE_WORDS[each]}") for each in seller.roles]
        role.initial = FIRST_ROLE[seller.kind]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Who belongs to a stall's team; a post invites somebody."""
    stalls = stalls_with(request.user, Right.MANAGE_TEAM, with_points=True)
    stall = chosen_of(stalls, request.GET.get("stall", ""))
    form = InvitationForm(stall, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = team.invite(stall, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _invited_words(invitation))
            return redirect(f"{_address(stall, stalls)}#invitation-{invitation.pk}")
    context = {
        **links_of(request.user),
        "stalls": stalls,
        "stall": stall,
        "members": list(stall.team.select_related("user").order_by("pk")),
        "invitations": [
            {"invitation": each, "link": request.build_absolute_uri(invitation_path(each))}
            for each in stall.invitations.open()
        ],
        "roles": [(role.value, role.label) for role in stall.roles],
        "history": list(stall.team_steps.select_related("actor", "person").order_by("-pk")[:MOST_STEPS]),
        "form": form,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/producer/team.html", context, status=status)


@require_POST
@never_cache
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a member another role."""
    form = RoleForm(request.POST)

    def give_role(member: TeamMember) -> str:
        if not form.is_valid():
            raise Refused(_("Please choose a role."))
        team.change_role(member, form.cleaned_data["role"], actor=request.user)
        return _("%(person)s has another role now.") % {"person": member.user}

    return _act_on(request, TeamMember, pk, give_role)


@require_POST
@never_cache
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """End a member's access."""

    def take_out(member: TeamMember) -> str:
        team.remove(member, actor=request.user)
        return _("%(person)s is no longer in the team.") % {"person": member.user}

    return _act_on(request, TeamMember, pk, take_out)


@require_POST
@never_cache
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """End an invitation before it is used."""

    def end(invitation: Invitation) -> str:
        team.withdraw(invitation, actor=request.user)
        return _("The invitation is withdrawn; its link no longer works.")

    return _act_on(request, Invitation, pk, end)


@require_POST
@never_cache
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an invitation a new link, and send it again."""

    def give_link(invitation: Invitation) -> str:
        team.renew(invitation, actor=request.user)
        return _invited_words(invitation)

    return _act_on(request, Invitation, pk, give_link)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """What the link of an invitation opens: who invites, to what; joining is a post of who is logged in."""
    found = invitation_from_token(pk, token)
    if found is None:
        return render(request, "desks/producer/invitation.html", {"invitation": None}, status=404)
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            member = team.accept(found, user=request.user)
        except Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect(request.path)
        words = _("Welcome to the team of “%(stall)s”. Your role: %(role)s.")
        messages.success(request, words % {"stall": found.seller.name, "role": member.get_role_display()})
        return redirect(_first_page(request, found.seller))
    is_member = request.user.is_authenticated and found.seller.team.filter(user=request.user).exists()
    words = ROLE_WORDS[TeamRole(found.role)]
    context = {"invitation": found, "is_member": is_member, "role_words": words}
    return render(request, "desks/producer/invitation.html", context)


def _act_on(
    request: HttpRequest, model: type, pk: int, act: Callable[[TeamMember | Invitation], str]
) -> HttpResponse:
    """Do something to a row of a team that this person manages; 403 for other members, else 404."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("producer_desk:team"))
    found = get_object_or_404(model.objects.select_related("seller"), pk=pk)
    if not found.seller.grants(request.user, Right.MANAGE_TEAM):
        if found.seller.team.filter(user=request.user).exists():
            raise PermissionDenied
        raise Http404
    try:
        messages.success(request, act(found))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    if not found.seller.grants(request.user, Right.MANAGE_TEAM):
        return redirect("customer:summary")
    stalls = stalls_with(request.user, Right.MANAGE_TEAM, with_points=True)
    return redirect(_address(found.seller, stalls))


def _first_page(request: HttpRequest, seller: Partner) -> str:
    """Where a new member begins: with the orders, or with the stories."""
    sees_orders = seller.grants(request.user, Right.SEE_ORDERS)
    return reverse("producer_desk:index" if sees_orders else "producer_desk:stories")


def _invited_words(invitation: Invitation) -> str:
    if invitation.email:
        return _("The invitation goes to %(email)s. It can be used once, for 7 days.") % {
            "email": invitation.email
        }
    return _("Send the link below to %(name)s. It can be used once, for 7 days.") % {"name": invitation.name}


def _address(stall: Partner, stalls: list[Partner]) -> str:
    query = f"?stall={stall.slug}" if len(stalls) > 1 else ""
    return reverse("producer_desk:team") + query
