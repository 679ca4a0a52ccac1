"""Paging of the API. Apart from api.py because the framework imports it while it is being imported itself."""

from rest_framework.pagination import CursorPagination


class Pages(CursorPagination):
    """Pages by cursor, newest first; ?limit= up to 200."""

    page_size_query_param = "limit"
    max_page_size = 200
    ordering = "-id"
