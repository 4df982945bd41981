"""Backup and restore: every table of one instant in a file of its own form, the same for SQLite and PostgreSQL.

The file is a plain tar archive: ``manifest.json`` first, then one compressed file of rows per table, then the files
beside the database. The manifest holds what was running, how many rows there are and a SHA-256 of each part, and
carries a MAC by the audit key, so a backup that somebody has changed is not restored.
"""

from narvard.core.backup.archive import BackupError
from narvard.core.backup.dump import KIND, make
from narvard.core.backup.load import restore

__all__ = ["KIND", "BackupError", "make", "restore"]
