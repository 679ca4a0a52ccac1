"""The pages of dead letters, as part of the kit's."""

from django.urls import path

from portal.kit.dead_letters import views

urlpatterns = [
    path("dead-letters/", views.index, name="dead_letters"),
    path("dead-letters/replay/", views.decide_on_all, {"verb": "replay"}, name="dead_letters_replay"),
    path("dead-letters/discard/", views.decide_on_all, {"verb": "discard"}, name="dead_letters_discard"),
    path("dead-letters/<int:letter_id>/", views.detail, name="dead_letter"),
    path("dead-letters/<int:letter_id>/edit/", views.edit, name="dead_letter_edit"),
    path("dead-letters/<int:letter_id>/replay/", views.decide, {"verb": "replay"}, name="dead_letter_replay"),
    path("dead-letters/<int:letter_id>/discard/", views.decide, {"verb": "discard"}, name="dead_letter_discard"),
    path("dead-letters/<int:letter_id>/reopen/", views.decide, {"verb": "reopen"}, name="dead_letter_reopen"),
]
