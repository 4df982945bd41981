"""Production's settings with static files read from their source: the hashed ones exist only where collected."""

from narvard.config.settings import *  # noqa: F403
from narvard.config.settings import STORAGES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
