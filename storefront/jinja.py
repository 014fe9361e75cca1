"""The second template language, for what a page repeats: Jinja's loops cost a tenth of Django's."""

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext
from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator
from markupsafe import _escape_inner as escaped

from marketplace.core.addresses import address
from marketplace.core.money import format_number, format_vnd
from storefront import units
from storefront.groups import short_name
from storefront.templatetags import places, shop


class _Generator(CodeGenerator):
    """Writes values with `shown`; an ``if`` without ``else`` gives an empty text, made once."""

    def _output_child_pre(self, node, frame, finalize):
        self.write("environment.shown(")

    def visit_Call(self, node, frame, forward_caller=False):
        """What every template has is called straight; other things are asked what they want to know of it."""
        is_plain = isinstance(node.node, nodes.Name) and node.node.name in self.environment.globals
        if not is_plain or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for place, argument in enumerate((*node.args, *node.kwargs)):
            self.write(", " if place else "")
            self.visit(argument, frame)
        self.write(")")

    def visit_CondExpr(self, node, frame):
        node.expr2 = node.expr2 or nodes.Const("")
        super().visit_CondExpr(node, frame)


class _Environment(Environment):
    code_generator_class = _Generator

    @staticmethod
    def shown(value: object) -> str:
        """A value as HTML shows it, as `markupsafe.escape` does.

        A page writes a thousand values, and its class of texts takes ten times as long to make.
        """
        if type(value) is str:
            return escaped(value)
        return value.__html__() if hasattr(value, "__html__") else escaped(str(value))


def environment(**options) -> Environment:
    """Jinja with the names that our templates have for the same things in Django's language."""
    made = _Environment(**options)
    made.filters.update(badge=shop.badge, number=format_number, unit_in_words=units.in_words, vnd=format_vnd)
    made.globals.update(
        _=gettext,
        drawing=shop.drawing,
        dot_map=places.dot_map,
        icon=shop.icon,
        part=_part,
        seal=shop.seal,
        short_name=short_name,
        static=static,
        then_briefly=places.then_briefly,
        url=address,
    )
    return made


def _part(name: str, **context) -> str:
    """A part that is written in Django's language, for what few pages show."""
    return render_to_string(name, context)
