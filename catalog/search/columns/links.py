"""Addresses of the same-column pages."""

from django.urls import reverse
from django.utils.http import urlencode


def column_url(name: str) -> str:
    """Return the address of the page of a column's name; of the finder for one that no address can hold."""
    if name.strip("./ "):
        return reverse("search:column", args=[name])
    return f"{reverse('search:columns')}?{urlencode({'q': name})}"
