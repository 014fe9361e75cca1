from django import template

from marketplace.sales.domain.charge import weight_in_words

register = template.Library()

register.filter("weight", weight_in_words)
