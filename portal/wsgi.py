"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from portal import telemetry

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")
application = get_wsgi_application()
telemetry.start("atrium-web")
