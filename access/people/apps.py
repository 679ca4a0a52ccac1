from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "access.people"
    label = "people"
