from django import template

from storefront import groups

register = template.Library()

register.filter("short_name", groups.short_name)
