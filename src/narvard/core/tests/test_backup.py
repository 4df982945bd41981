"""Backup and restore, by really restoring: on the database that the suite runs on, SQLite and PostgreSQL alike."""

import io
import json
import tarfile
import uuid
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from narvard.care.tests.factories import AT, make_area
from narvard.core import audit
from narvard.core.backup import BackupError, archive, dump, load, make, restore
from narvard.core.models import AuditEvent, Draft, Run, User
from narvard.people.actions import record_fact, record_what_matters
from narvard.people.models import Fact

# The log tells a row that is gone by its number, so the numbers begin at one.
pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)


NOBODY = uuid.UUID(int=0)
WORDS = "Få gå ut på isen.\nÅka\tskidor \u2028 – »själv«"


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for the files beside the database."""
    folder = tmp_path / "var"
    folder.mkdir()
    monkeypatch.setattr(settings, "VAR_DIR", folder)
    monkeypatch.setattr(settings, "AUDIT_HEADS", str(tmp_path / "audit-heads.json"))
    return folder


def fill() -> None:
    """Rows of every kind of column: ids, times, JSON, text with Swedish letters and line breaks."""
    area = make_area()
    area.enrol(nursing=area.home_nursing)
    record_what_matters(
        patient=area.patient, text="Få gå ut på isen.\nÅka\tskidor \u2028 – »själv«", by=area.team, at=AT
    )
    record_fact(patient=area.patient, name="stable", value=False, source="journal", by=area.team, at=AT)
    record_fact(patient=area.patient, name="standing_medicines", value=7, source="journal", by=area.team, at=AT)
    user = User.objects.create_user("anna", "a long pass phrase")
    Draft.objects.create(
        user=user, commission=NOBODY, form="note", data={"text": ["nästan", '"klar"'], "n": [None, 1.5]}, at=AT
    )


def everything() -> dict[str, list[str]]:
    """Every row of every table as the database itself gives it, but for sign-ins and when migrations were run."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            columns = ", ".join(sorted(f'"{field.column}"' for field in model._meta.local_concrete_fields))
            cursor.execute(f'SELECT {columns} FROM "{table}"')  # noqa: S608
            found[table] = sorted(map(repr, cursor.fetchall()))
    return {table: rows for table, rows in found.items() if table != "django_session"}


def made(at=None) -> io.BytesIO:
    out = io.BytesIO()
    make(out, at=at or timezone.now(), progress=lambda share, message: None)
    out.seek(0)
    return out


def put_back(stream: io.BytesIO, *, force: bool = True) -> None:
    restore(stream, force=force, at=timezone.now(), say=lambda line: None)


def rewritten(stream: io.BytesIO, change) -> io.BytesIO:
    """The archive with its parts (name: bytes) changed by ``change``."""
    with tarfile.open(fileobj=stream) as source:
        parts = {member.name: source.extractfile(member).read() for member in source}
    change(parts)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as target:
        for name, data in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            target.addfile(member, io.BytesIO(data))
    out.seek(0)
    return out


def resealed(held: dict[str, bytes], **changed: object) -> None:
    """Change the manifest as one who holds the audit key could."""
    manifest = archive.read_manifest(held["manifest.json"])
    held["manifest.json"] = replace(manifest, **changed).sealed().dumps()


def test_a_restore_gives_back_every_row_and_file(tmp_path, var, capsys):
    fill()
    (var / "uploads" / "a").mkdir(parents=True)
    (var / "uploads" / "a" / "wound.jpg").write_bytes(b"\xff\xd8 picture")
    (var / "static").mkdir()
    (var / "static" / "made.css").write_text("can be made again")
    Session.objects.create(session_key="k" * 32, session_data="signed in", expire_date=AT)
    # The newest draft is gone again: its number must not be given a second time.
    lost = Draft.objects.create(user=User.objects.get(username="anna"), commission=NOBODY, form="lost", at=AT).pk
    Draft.objects.filter(pk=lost).delete()
    call_command("audit", "seal")

    call_command("backup", out=f"{tmp_path}/kept/", json=True)
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    file = Path(told["file"])
    assert file.stat().st_mode & 0o777 == 0o600
    assert told["files"] == 1
    before = everything()
    # The backup itself was a run, and told of its end when the rows were already read.
    before.pop("core_run")
    assert told["rows"] == sum(map(len, before.values())) + 1

    Fact.objects.all().delete()
    User.objects.create_user("late")
    # What is logged and sealed after the backup is lost with the restore, and the exported heads still tell of it.
    audit.write("core.late", by=audit.SYSTEM, at=AT)
    call_command("audit", "seal")
    capsys.readouterr()
    (var / "uploads" / "a" / "wound.jpg").write_bytes(b"another")
    (var / "uploads" / "late.pdf").write_bytes(b"%PDF late")
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(file))
    assert User.objects.filter(username="late").exists()

    call_command("restore", str(file), force=True, json=True)
    again = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (again["rows"], again["audit"]) == (told["rows"], "ok")
    call_command("audit", "verify")
    assert len(list(tmp_path.glob("audit-heads.json.before-*"))) == 1
    told_of = AuditEvent.objects.order_by("-pk").first()
    assert told_of.what == "core.restore"
    assert told_of.mac == audit.event_mac(told_of)
    told_of.delete()
    after = everything()
    after.pop("core_run")
    assert after == before
    assert Session.objects.count() == 0
    assert Run.objects.get(kind=dump.KIND).state == Run.State.DONE
    assert (var / "uploads" / "a" / "wound.jpg").read_bytes() == b"\xff\xd8 picture"
    assert not (var / "uploads" / "late.pdf").exists()
    [kept] = var.glob("uploads.before-*")
    assert (kept / "late.pdf").exists()
    assert (var / "static" / "made.css").exists()
    assert (
        Draft.objects.create(user=User.objects.get(username="anna"), commission=NOBODY, form="next", at=AT).pk
        == lost + 1
    )


def test_a_log_that_was_altered_before_the_backup_is_restored_and_told_of(tmp_path, capsys):
    fill()
    call_command("audit", "seal")
    assert AuditEvent.objects.filter(what="people.record_what_matters").update(reason="rewritten") == 1
    call_command("backup", out=str(tmp_path / "altered.tar"))
    with pytest.raises(CommandError, match=r"restored, but the audit log does not verify: .*findings") as error:
        call_command("restore", str(tmp_path / "altered.tar"), force=True)
    assert error.value.returncode == 1
    assert AuditEvent.objects.filter(reason="rewritten").exists()


def test_what_is_written_while_a_backup_is_made_is_not_half_in_it(var):
    fill()
    seen = []

    def progress(share, message):
        if not seen:  # the snapshot is taken, the first table not yet read
            User.objects.create_user("meanwhile")
        seen.append(message)

    out = io.BytesIO()
    manifest = make(out, at=AT, progress=progress)
    [users] = [table for table in manifest.tables if table.name == "core_user"]
    assert users.rows == User.objects.count() - 1
    assert not list(var.iterdir())


def damage(parts: dict[str, bytes]) -> None:
    data = bytearray(parts["tables/core_user.jsonl.gz"])
    data[-9] ^= 1
    parts["tables/core_user.jsonl.gz"] = bytes(data)


def change_manifest(parts: dict[str, bytes]) -> None:
    parts["manifest.json"] = parts["manifest.json"].replace(b'"rows": 1', b'"rows": 2', 1)


def lose_part(parts: dict[str, bytes]) -> None:
    del parts["tables/core_user.jsonl.gz"]


def smuggle(parts: dict[str, bytes]) -> None:
    parts["files/uploads/../../evil"] = b"evil"


def escape(parts: dict[str, bytes]) -> None:
    """A file outside its place, named by a manifest whose MAC is right."""
    name = "files/uploads/../../evil"
    parts[name] = b"evil"
    manifest = archive.read_manifest(parts["manifest.json"])
    sha256, size = archive.fingerprint(io.BytesIO(b"evil"))
    resealed(parts, parts=[*manifest.parts, archive.Part(name, size, sha256)])


def come_from_the_future(parts: dict[str, bytes]) -> None:
    manifest = archive.read_manifest(parts["manifest.json"])
    resealed(parts, migrations=[*manifest.migrations, "core.9999_not_yet"])


def use_a_lost_key(parts: dict[str, bytes]) -> None:
    parts["manifest.json"] = parts["manifest.json"].replace(b'"key_id": "dev"', b'"key_id": "lost"')


def be_another_format(parts: dict[str, bytes]) -> None:
    resealed(parts, format=2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (damage, "core_user.jsonl.gz is not what it was"),
        (change_manifest, "manifest has been changed"),
        (lose_part, "no part tables/core_user"),
        (smuggle, "its manifest does not know"),
        (escape, "outside its place"),
        (come_from_the_future, "made by a newer version"),
        (use_a_lost_key, "'lost', which NARVARD_AUDIT_KEYS does not hold"),
        (be_another_format, "format 2"),
    ],
)
def test_a_backup_that_is_not_whole_is_refused_before_anything_changes(change, words, tmp_path):
    User.objects.create_user("anna")
    bad = rewritten(made(), change)
    before = everything()
    with pytest.raises(BackupError, match=words):
        put_back(bad)
    assert everything() == before
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("data", [b"", b"not a tar", b"\x00" * 10240])
def test_a_file_of_another_kind_is_refused(data):
    with pytest.raises(BackupError, match=r"not a backup|no part manifest"):
        put_back(io.BytesIO(data))


def test_a_restore_that_fails_on_the_way_changes_nothing(var):
    fill()
    (var / "uploads").mkdir()
    (var / "uploads" / "kept.pdf").write_bytes(b"%PDF")

    def promise_more(parts):
        manifest = archive.read_manifest(parts["manifest.json"])
        tables = [replace(row, rows=row.rows + 1) if row.name == "core_user" else row for row in manifest.tables]
        resealed(parts, tables=tables)

    bad = rewritten(made(), promise_more)
    before = everything()
    with pytest.raises(BackupError, match=r"core_user has \d+ rows after the restore, and \d+ in the backup"):
        put_back(bad)
    assert everything() == before
    assert [path.name for path in var.rglob("*")] == ["uploads", "kept.pdf"]


def test_an_older_backup_is_carried_up_to_this_version():
    fill()
    users = User.objects.count()

    def before_capacity(parts):
        """As made by a version that did not yet have the room."""
        manifest = archive.read_manifest(parts["manifest.json"])
        gone = {f"tables/{row.name}.jsonl.gz" for row in manifest.tables if row.name.startswith("capacity_")}
        assert gone
        for name in gone:
            del parts[name]
        resealed(
            parts,
            migrations=[name for name in manifest.migrations if not name.startswith("capacity.")],
            tables=[row for row in manifest.tables if not row.name.startswith("capacity_")],
            parts=[part for part in manifest.parts if part.name not in gone],
        )

    put_back(rewritten(made(), before_capacity))
    assert User.objects.count() == users
    assert any(name.startswith("capacity.") for name in dump.applied(connection))
    for model in apps.get_app_config("capacity").get_models():
        assert model.objects.count() == 0


def test_a_database_in_use_is_left_alone(monkeypatch):
    monkeypatch.setattr(load, "PATIENCE", 1)
    fill()
    stream, before = made(), everything()
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
        cursor.execute("UPDATE core_user SET is_active = is_active")
        with pytest.raises(BackupError, match="in use: stop the server"):
            put_back(stream)
        cursor.execute("ROLLBACK")
    assert everything() == before


def test_a_backup_never_writes_over_another(tmp_path):
    target = tmp_path / "kept.tar"
    target.write_text("earlier")
    with pytest.raises(CommandError, match="there already"):
        call_command("backup", out=str(target))
    assert target.read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir() if path.name != "var"] == ["kept.tar"]
    assert Run.objects.get(kind=dump.KIND).state == Run.State.FAILED


def test_a_folder_that_is_not_there_is_told_in_one_line(tmp_path):
    with pytest.raises(CommandError, match="There is no folder") as error:
        call_command("backup", out=str(tmp_path / "no" / "kept.tar"))
    assert error.value.returncode == 2


def test_two_backups_are_not_made_at_once(tmp_path):
    Run.objects.create(
        kind=dump.KIND, key=dump.KIND, state=Run.State.RUNNING, requested_at=AT, heartbeat_at=timezone.now()
    )
    with pytest.raises(CommandError, match="being made already"):
        call_command("backup", out=f"{tmp_path}/")


def test_a_backup_whose_process_was_killed_does_not_stop_the_next(tmp_path):
    silent = timezone.now() - timedelta(minutes=5)
    Run.objects.create(kind=dump.KIND, key=dump.KIND, state=Run.State.RUNNING, requested_at=AT, heartbeat_at=silent)
    call_command("backup", out=f"{tmp_path}/")
    assert Run.objects.get(kind=dump.KIND).state == Run.State.DONE
    assert len(list(tmp_path.glob("narvard-*.tar"))) == 1


def test_a_backup_can_be_piped_out(monkeypatch, capsys):
    piped = io.BytesIO()
    monkeypatch.setattr("narvard.core.management.commands.backup._stdout", lambda: piped)
    call_command("backup", out="-")
    piped.seek(0)
    archive.Archive(piped).check()
    assert capsys.readouterr().out == ""
