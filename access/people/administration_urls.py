"""The addresses of the administration of people."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
