"""Foreign keys point down the order of the rooms, as imports do."""

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db.models import Field, Model

from tests.architecture.source import room_rank


def own_models() -> list[type[Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if room_of(model)]


def room_of(model: type[Model]) -> str:
    """The room that a model lives in, or nothing for one of Django's."""
    package, _, rest = model.__module__.partition(".")
    return rest.partition(".")[0] if package == "narvard" else ""


def points_up(field: Field) -> bool:
    """Whether the field points at a model of a room above or beside its own."""
    rank, here, there = room_rank(), room_of(field.model), room_of(field.related_model)
    return bool(there) and here != there and rank[there] >= rank[here]


def test_every_room_with_models_is_in_the_order() -> None:
    found = {room_of(model) for model in own_models()}
    assert {"core", "organisation"} <= found
    assert found <= room_rank().keys()


def test_foreign_keys_point_down() -> None:
    fields = [field for model in own_models() for field in model._meta.get_fields() if field.concrete]
    related = [field for field in fields if field.is_relation]
    assert related
    assert [f"{field} -> {field.related_model._meta.label}" for field in related if points_up(field)] == []


def test_no_key_points_anywhere() -> None:
    private = [field for model in own_models() for field in model._meta.private_fields]
    assert [str(field) for field in private if isinstance(field, GenericForeignKey)] == []
