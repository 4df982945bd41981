"""The console script ``narvard``: Django's management entry point."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run a management command with the settings of this project; settings that cannot be used end it with code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "narvard.config.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
