from django.urls import path

from catalog.search.dictionary import views

urlpatterns = [
    path("search/dictionary/", views.entries, name="dictionary"),
    path("search/dictionary/new/", views.new, name="dictionary_new"),
    path("search/dictionary/fill/", views.fill, name="dictionary_fill"),
    path("search/dictionary/import/", views.look_at_file, name="dictionary_import"),
    path("search/dictionary/import/add/", views.import_file, name="dictionary_import_file"),
    path("search/dictionary/<int:entry_id>/", views.entry, name="dictionary_entry"),
    path("search/dictionary/<int:entry_id>/remove/", views.remove, name="dictionary_remove"),
    path("search/dictionary/removed/<int:removed_id>/restore/", views.restore, name="dictionary_restore"),
]
