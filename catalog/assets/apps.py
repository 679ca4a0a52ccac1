from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "catalog.assets"
    label = "assets"

    def ready(self) -> None:
        from catalog.assets.registration import join_the_house

        join_the_house()
