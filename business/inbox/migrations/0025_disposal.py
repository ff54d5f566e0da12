"""Disposal and its protocol."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0024_records"),
        ("organisation", "0005_unit_in_use"),
    ]

    operations = [
        migrations.CreateModel(
            name="Disposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule_text", models.JSONField(default=dict, editable=False)),
                ("as_of", models.DateField(verbose_name="as of")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waiting for the archivist"),
                            ("sent_back", "Sent back"),
                            ("withdrawn", "Withdrawn"),
                            ("approved", "Approved, being carried out"),
                            ("done", "Carried out"),
                        ],
                        default="proposed",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("proposed_by_id", models.BigIntegerField(editable=False, null=True)),
                (
                    "proposed_by_name",
                    models.CharField(blank=True, editable=False, max_length=160, verbose_name="proposed by"),
                ),
                (
                    "proposed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="proposed"),
                ),
                ("decided_by_id", models.BigIntegerField(editable=False, null=True)),
                (
                    "decided_by_name",
                    models.CharField(blank=True, editable=False, max_length=160, verbose_name="decided by"),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="decided")),
                (
                    "words",
                    models.CharField(blank=True, editable=False, max_length=600, verbose_name="why it is sent back"),
                ),
                ("finished_at", models.DateTimeField(editable=False, null=True, verbose_name="carried out")),
                ("repeats", models.CharField(blank=True, editable=False, max_length=64)),
            ],
            options={
                "verbose_name": "disposal",
                "verbose_name_plural": "disposals",
                "ordering": ["-proposed_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="DisposalHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("received_from", models.DateField(blank=True, null=True, verbose_name="received from")),
                ("received_to", models.DateField(blank=True, null=True, verbose_name="received to")),
                ("why", models.CharField(max_length=300, verbose_name="why")),
                (
                    "until",
                    models.DateField(
                        blank=True,
                        help_text="The last day. Empty: until it is lifted.",
                        null=True,
                        verbose_name="until",
                    ),
                ),
                ("placed_by_id", models.BigIntegerField(editable=False)),
                ("placed_by_name", models.CharField(editable=False, max_length=160)),
                ("placed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("released_by_id", models.BigIntegerField(editable=False, null=True)),
                ("released_by_name", models.CharField(blank=True, editable=False, max_length=160)),
                ("released_at", models.DateTimeField(editable=False, null=True)),
                (
                    "released_why",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="why it is lifted"),
                ),
            ],
            options={
                "verbose_name": "stop of disposal",
                "verbose_name_plural": "stops of disposal",
                "ordering": ["-placed_at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="DisposalItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                ("topic", models.CharField(max_length=255, verbose_name="topic")),
                (
                    "channel",
                    models.CharField(
                        choices=[("web", "The site"), ("phone", "Telephone"), ("visit", "Visit"), ("email", "E-mail")],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                (
                    "triage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not decided yet"),
                            ("kept", "Kept in order here"),
                            ("registered", "Entered in the register"),
                            ("insignificant", "Obviously of little importance"),
                        ],
                        max_length=15,
                        verbose_name="how it is kept",
                    ),
                ),
                ("registered_number", models.CharField(blank=True, max_length=40, verbose_name="registration number")),
                ("messages", models.PositiveIntegerField(default=0, verbose_name="messages")),
                ("mails", models.PositiveIntegerField(default=0, verbose_name="mail")),
                ("files", models.PositiveIntegerField(default=0, verbose_name="files")),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("paths", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("out", "Taken out"),
                            ("dropped", "The proposal was withdrawn"),
                            ("skipped", "Not disposed of"),
                            ("removing", "Emptied, its files are being removed"),
                            ("done", "Disposed of"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("held", "Its disposal has been stopped"),
                            ("reopened", "It is not closed any more, or was closed again later"),
                            ("news", "Something was written in it after the proposal"),
                            ("mail", "A mail in it is on its way, or failed and is not settled"),
                            ("family", "Cases were merged or parted after the proposal"),
                            ("gone", "It had been disposed of already"),
                        ],
                        max_length=12,
                        verbose_name="why not",
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=300, verbose_name="why")),
                ("changed_by_name", models.CharField(blank=True, max_length=160)),
                ("done_at", models.DateTimeField(null=True, verbose_name="disposed of")),
            ],
            options={
                "verbose_name": "case in a disposal",
                "verbose_name_plural": "cases in a disposal",
                "ordering": ["received_at", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="DisposalProtocol",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "protocol",
                "verbose_name_plural": "protocols",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="DisposalRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                (
                    "decision_number",
                    models.CharField(
                        help_text="As it stands in the diary, for example KS 2026/118.",
                        max_length=60,
                        verbose_name="number of the decision",
                    ),
                ),
                ("decision_date", models.DateField(verbose_name="date of the decision")),
                (
                    "ground",
                    models.TextField(
                        help_text="The law, the regulations and the plan that the decision rests on.",
                        max_length=600,
                        verbose_name="legal ground",
                    ),
                ),
                (
                    "triage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kept", "Kept in order here"),
                            ("registered", "Entered in the register"),
                            ("insignificant", "Obviously of little importance"),
                        ],
                        max_length=15,
                        verbose_name="how it is kept",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[("web", "The site"), ("phone", "Telephone"), ("visit", "Visit"), ("email", "E-mail")],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                (
                    "quarantine",
                    models.BooleanField(
                        default=False,
                        help_text="Messages that a robot seems to have sent.",
                        verbose_name="only what was in quarantine",
                    ),
                ),
                (
                    "keep",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(600),
                        ],
                        verbose_name="kept for",
                    ),
                ),
                (
                    "keep_unit",
                    models.CharField(
                        choices=[("months", "months"), ("years", "years")],
                        default="years",
                        max_length=6,
                        verbose_name="counted in",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The last day. Empty: until further notice.",
                        null=True,
                        verbose_name="valid to",
                    ),
                ),
            ],
            options={
                "verbose_name": "disposal rule",
                "verbose_name_plural": "disposal rules",
                "ordering": ["name", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="case",
            name="disposed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="disposed of"),
        ),
        migrations.AddField(
            model_name="case",
            name="disposed_by",
            field=models.CharField(blank=True, editable=False, max_length=60, verbose_name="decision on disposal"),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="path",
            field=models.CharField(blank=True, editable=False, max_length=100),
        ),
        migrations.AlterField(
            model_name="incomingmail",
            name="path",
            field=models.CharField(blank=True, editable=False, max_length=100),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("path", ""), _negated=True), fields=("path",), name="attachment_path"
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingmail",
            constraint=models.UniqueConstraint(
                condition=models.Q(("path", ""), _negated=True), fields=("path",), name="incoming_mail_path"
            ),
        ),
        migrations.AddField(
            model_name="disposalhold",
            name="case",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disposal_holds",
                to="inbox.case",
                verbose_name="case",
            ),
        ),
        migrations.AddField(
            model_name="disposalhold",
            name="topic",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="inbox.topic",
                verbose_name="topic",
            ),
        ),
        migrations.AddField(
            model_name="disposalhold",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.unit",
                verbose_name="unit",
            ),
        ),
        migrations.AddField(
            model_name="disposalitem",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="disposal_items", to="inbox.case"
            ),
        ),
        migrations.AddField(
            model_name="disposalitem",
            name="disposal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="items", to="inbox.disposal"
            ),
        ),
        migrations.AddField(
            model_name="disposalprotocol",
            name="disposal",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="protocol", to="inbox.disposal"
            ),
        ),
        migrations.AddField(
            model_name="disposalrule",
            name="topic",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disposal_rules",
                to="inbox.topic",
                verbose_name="topic",
            ),
        ),
        migrations.AddField(
            model_name="disposal",
            name="rule",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disposals",
                to="inbox.disposalrule",
                verbose_name="rule",
            ),
        ),
        migrations.AddIndex(
            model_name="disposalitem",
            index=models.Index(fields=["disposal", "state", "received_at"], name="disposal_item_state"),
        ),
        migrations.AddConstraint(
            model_name="disposalitem",
            constraint=models.UniqueConstraint(fields=("disposal", "case"), name="disposal_item_once"),
        ),
        migrations.AddConstraint(
            model_name="disposalitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("waiting", "removing"))), fields=("case",), name="disposal_item_open"
            ),
        ),
    ]
