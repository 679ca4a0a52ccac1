from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "catalog.assets"
    label = "assets"
