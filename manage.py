#!/usr/bin/env python3
"""Every command of Atrium. With nothing but Python it first makes `.venv` and installs the packages there."""

import os
import sys

from portal import bootstrap

# They start the database that the settings ask for, so they run before Django is set up.
BEFORE_DJANGO = {"demo", "up", "services"}


def main() -> None:
    bootstrap.enter(sys.argv[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")
    from django.core.management import execute_from_command_line, load_command_class

    from portal.kit.origin import Origin, coming_from

    if len(sys.argv) > 1 and sys.argv[1] in BEFORE_DJANGO:
        load_command_class("portal", sys.argv[1]).run_from_argv(sys.argv)
    else:
        with coming_from(Origin(channel="command")):
            execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
