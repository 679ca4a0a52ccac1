from django.apps import AppConfig


class HarvestConfig(AppConfig):
    name = "catalog.harvest"
    label = "harvest"
