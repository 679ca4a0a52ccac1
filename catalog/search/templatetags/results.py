"""Tags of the results page."""

from django import template

from catalog.search.presenters import marked

register = template.Library()
register.filter("marked", marked, is_safe=True)
