"""A draft belongs to the commission it was written under; those from before belong to none and lapse."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_audit_seal"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="draft",
            name="one_draft_per_form",
        ),
        migrations.AddField(
            model_name="draft",
            name="commission",
            field=models.UUIDField(default=uuid.UUID(int=0)),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(fields=("user", "commission", "form"), name="one_draft_per_form"),
        ),
    ]
