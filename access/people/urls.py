from django.urls import path

from access.people import administration_urls
from access.people.views import account, sign_in

app_name = "people"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/demo/", sign_in.one_click_sign_in, name="one_click"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("welcome/", sign_in.welcome, name="welcome"),
    path("set-password/<uidb64>/<token>/", sign_in.SetPassword.as_view(), name="set_password"),
    path("account/", account.profile, name="account"),
    path("account/zones/", account.zones, name="zones"),
    path("account/password/", account.password, name="password"),
    path("account/sessions/", account.sessions, name="sessions"),
    path("account/tokens/", account.api_tokens, name="tokens"),
    path("account/tokens/<int:token_id>/revoke/", account.revoke_token, name="revoke_token"),
    *administration_urls.urlpatterns,
]
