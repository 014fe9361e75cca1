"""Tags for what machines read of a page. None of them makes a query of its own."""

from django import template
from django.utils.safestring import mark_safe

from storefront import sharing, structured

register = template.Library()

register.simple_tag(structured.as_script, name="json_ld")


@register.simple_tag(takes_context=True)
def page_links(context):
    """The canonical link and the languages of the page, or that it is not to be indexed.

    Reads ``noindex`` and ``canonical`` (a path) from the context.
    """
    if context.get("noindex"):
        return mark_safe('<meta name="robots" content="noindex, follow">')
    request = _request(context)
    return sharing.links(request, context.get("canonical") or "") if request is not None else ""


@register.simple_tag(takes_context=True)
def page_preview(context):
    """How a link to the page looks elsewhere; reads ``share`` and ``canonical`` from the context."""
    request = _request(context)
    share = context.get("share") or getattr(request, "share", None)
    return sharing.preview(request, share, context.get("canonical") or "")


@register.simple_tag(takes_context=True)
def crumbs_ld(context, crumbs):
    """The way down to this page as a list that search engines show; none where they are to leave it out."""
    request = _request(context)
    if request is None or not crumbs or context.get("noindex"):
        return ""
    return structured.as_script(structured.breadcrumbs(request, crumbs))


@register.simple_tag(takes_context=True)
def site_ld(context):
    """The site itself, on its home page only."""
    request = _request(context)
    is_home = request is not None and request.resolver_match and request.resolver_match.view_name == "home"
    return structured.as_script(structured.describe_site(request)) if is_home else ""


def _request(context):
    # Kept beside the variables, so that it is there in a template that was included with `only`.
    return getattr(context, "request", None)
