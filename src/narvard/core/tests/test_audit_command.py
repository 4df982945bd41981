"""``narvard audit``, the exported heads, and the sealer's part of ``narvard tick``."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from narvard.core import audit, heads, seal
from narvard.core.models import AuditBatch, AuditChain, AuditEvent, AuditSubject
from narvard.core.tasks import seal_audit
from narvard.core.tests.logs import AT, MUNICIPALITY, REGION, Someone, start_counting_anew, write_some

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _log(db) -> None:
    start_counting_anew()
    write_some(3)
    write_some(2, Someone(MUNICIPALITY))


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, what was printed, and what was said of errors."""
    out, err = StringIO(), StringIO()
    try:
        call_command("audit", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def verified(*arguments: str) -> tuple[int, dict[str, object]]:
    code, out, _err = run("verify", "--json", *arguments)
    return code, json.loads(out.splitlines()[-1])


def cut_the_newest_batch_and_set_the_chain_back(before: AuditChain) -> None:
    batch = AuditBatch.objects.filter(chain=REGION).order_by("sequence").last()
    AuditSubject.objects.filter(event__batch=batch).delete()
    AuditEvent.objects.filter(batch=batch).delete()
    batch.delete()
    before.save()


def test_seal_then_verify_is_well():
    code, out, _err = run("seal", "--json")
    assert (code, json.loads(out)) == (0, {"sealed": 5, "batches": 2, "heads": str(heads.place())})
    code, told = verified()
    assert (code, told["ok"], told["rows"], told["batches"], told["unsealed"]) == (0, True, 5, 2, 0)
    assert told["heads"] == str(heads.place())


def test_verify_says_what_is_wrong_and_where():
    run("seal")
    AuditEvent.objects.filter(pk=2).update(reason="annan")
    AuditEvent.objects.filter(pk=5).delete()
    code, told = verified()
    assert (code, told["ok"], told["found"]) == (1, False, 2)
    assert [(row["kind"], row["event"], row["batch"]) for row in told["findings"]] == [
        ("event-altered", 2, 1),
        ("event-removed", 5, 1),
    ]
    code, out, _err = run("verify")
    assert code == 1
    assert f"chain {REGION}, batch 1, event 2: is not as it was written" in out
    assert out.rstrip().endswith("2 things are wrong.")


def test_one_chain_by_its_providers_id_or_as_the_systems():
    run("seal")
    AuditEvent.objects.filter(provider=MUNICIPALITY).update(reason="annan")
    assert verified("--provider", str(REGION))[0] == 0
    assert verified("--provider", "system")[0] == 0
    assert verified("--provider", str(MUNICIPALITY))[0] == 1
    with pytest.raises(CommandError):
        run("verify", "--provider", "landstinget")


def test_verify_reads_the_exported_heads_without_being_told():
    run("seal")
    chain = AuditChain.objects.get(pk=REGION)
    write_some(3)
    run("seal")
    cut_the_newest_batch_and_set_the_chain_back(chain)
    code, told = verified()
    assert code == 1
    assert ("tail-cut", str(REGION), 2) in {
        (row["kind"], row["provider"], row["batch"]) for row in told["findings"] if "batch" in row
    }


def test_without_exported_heads_it_says_so():
    seal.seal(AT)
    code, out, _err = run("verify")
    assert code == 0
    assert "No exported heads to compare with" in out
    assert verified()[1]["heads"] is None


def test_heads_may_be_written_elsewhere_and_read_from_there(tmp_path):
    seal.seal(AT)
    path = tmp_path / "elsewhere" / "heads.json"
    assert run("heads", "--out", str(path))[0] == 0
    assert {each.chain for each in heads.read(path)} == {REGION, MUNICIPALITY}
    assert verified("--heads", str(path))[1]["heads"] == str(path)
    assert [each.name for each in path.parent.iterdir()] == ["heads.json"]


def test_a_folder_gets_a_file_of_our_name(tmp_path, settings):
    settings.AUDIT_HEADS = str(tmp_path)
    run("seal")
    assert [each.name for each in tmp_path.iterdir()] == ["audit-heads.json"]


def test_heads_are_never_written_over_by_a_chain_that_lacks_them():
    run("seal")
    chain = AuditChain.objects.get(pk=REGION)
    write_some(3)
    run("seal")
    before = heads.place().read_text()
    cut_the_newest_batch_and_set_the_chain_back(chain)
    write_some(1)
    code, _out, err = run("seal")
    assert code == 2
    assert "names batch 2" in err
    assert heads.place().read_text() == before


@pytest.mark.parametrize("change", [("head", "0" * 64), ("sequence", 7), ("provider", str(seal.SYSTEM_CHAIN))])
def test_heads_that_were_altered_are_not_believed(change):
    run("seal")
    told = json.loads(heads.place().read_text())
    told["heads"][0][change[0]] = change[1]
    heads.place().write_text(json.dumps(told))
    code, _out, err = run("verify")
    assert code == 2
    assert "has been altered" in err


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"heads": [{"provider": "x"}]}', "\x00"])
def test_a_file_that_holds_no_heads_is_one_line_and_code_2(tmp_path: Path, text):
    path = tmp_path / "other.json"
    path.write_text(text)
    code, out, err = run("verify", "--heads", str(path))
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "not a file of exported heads" in err
    assert run("verify", "--heads", str(tmp_path / "none.json"))[0] == 2


def test_a_missing_key_is_named_with_code_2(settings):
    run("seal")
    settings.AUDIT_KEYS, settings.AUDIT_KEY_ID = {"new": "another-audit-key"}, "new"
    code, _out, err = run("verify")
    assert code == 2
    assert "'dev'" in err


def test_a_rotated_key_seals_and_exports_on(settings):
    run("seal")
    settings.AUDIT_KEYS, settings.AUDIT_KEY_ID = {**settings.AUDIT_KEYS, "new": "another-audit-key"}, "new"
    write_some(3)
    assert run("seal")[0] == 0
    assert json.loads(heads.place().read_text())["key_id"] == "new"
    assert verified()[0] == 0


def test_the_tick_seals_and_exports():
    assert seal_audit(AT) == 5
    assert {each.chain for each in heads.read(heads.place())} == {REGION, MUNICIPALITY}
    assert seal_audit(AT) == 0


def test_heads_that_cannot_be_written_are_logged_and_the_rows_sealed(tmp_path, settings, caplog):
    (tmp_path / "file").write_text("")
    settings.AUDIT_HEADS = str(tmp_path / "file" / "heads.json")
    assert seal_audit(AT) == 5
    assert "were not exported" in caplog.text
    assert not AuditEvent.objects.filter(batch=None).exists()


def test_an_export_that_changes_nothing_leaves_the_file_alone():
    seal_audit(AT)
    before = heads.place().read_text()
    seal_audit(AT + timedelta(minutes=1))
    assert heads.place().read_text() == before


def test_every_act_of_a_bulk_write_is_as_one_written_alone():
    act = audit.Act("care.enrol", Someone(REGION), AT, [REGION, REGION, MUNICIPALITY], "episode", 7, "sign", "ja")
    audit.write_all([act])
    bulk = AuditEvent.objects.order_by("id").last()
    alone = audit.write(
        "care.enrol",
        by=Someone(REGION),
        at=AT,
        patients=[REGION, REGION, MUNICIPALITY],
        object_kind="episode",
        object_id=7,
        action="sign",
        reason="ja",
    )
    names = [name for name in (*audit.EVENT_FIELDS, "subject_count", "key_id") if name != "event_id"]
    assert [getattr(bulk, name) for name in names] == [getattr(alone, name) for name in names]
    assert list(bulk.subjects.values_list("patient", "at")) == list(alone.subjects.values_list("patient", "at"))
    assert seal_audit(AT) == 7
    assert verified()[0] == 0


def test_a_row_from_before_subjects_were_counted_keeps_its_mac():
    event = audit.write("care.enrol", by=Someone(REGION), at=AT, patients=[REGION])
    event.subject_count = None
    fields = [getattr(event, name) for name in audit.EVENT_FIELDS]
    assert audit.event_mac(event) == audit.mac(event.key_id, fields) != event.mac
