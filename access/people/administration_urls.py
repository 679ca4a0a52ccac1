"""The addresses of the administration of people."""

from django.urls import include, path

from access.people.views import people, teams

_person = [
    path("", people.person, name="person"),
    path("details/", people.details, name="details"),
    path("roles/", people.roles, name="person_roles"),
    path("teams/", people.person_teams, name="person_teams"),
    path("link/", people.link, name="link"),
    path("close/", people.close, name="close"),
    path("reopen/", people.reopen, name="reopen"),
    path("sessions/", people.end_sessions, name="end_sessions"),
    path("tokens/<int:token_id>/revoke/", people.revoke, name="revoke"),
]
_team = [
    path("", teams.team, name="team"),
    path("name/", teams.rename, name="team_name"),
    path("members/", teams.join, name="team_join"),
    path("members/<int:person_id>/remove/", teams.leave, name="team_leave"),
    path("delete/", teams.delete, name="team_delete"),
    path("suggest/", teams.suggest, name="team_suggest"),
]
urlpatterns = [
    path("people/", people.people, name="list"),
    path("people/invite/", people.invite, name="invite"),
    path("people/roles/", teams.roles, name="roles"),
    path("people/teams/", teams.teams, name="teams"),
    path("people/teams/<int:team_id>/", include(_team)),
    path("people/<int:person_id>/", include(_person)),
]
