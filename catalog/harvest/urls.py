from django.urls import URLPattern

app_name = "harvest"
urlpatterns: list[URLPattern] = []
