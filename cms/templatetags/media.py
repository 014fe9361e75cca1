"""Editors' pictures and other houses' videos. No tag makes a query or asks the network."""

from django import template

from cms.embeds import embed
from cms.pictures import picture

register = template.Library()

register.simple_tag(picture)
register.simple_tag(embed)
