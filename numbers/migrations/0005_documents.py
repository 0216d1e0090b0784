"""Documents of numbers, what was said of them, and who looked."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [
        ("buyers", "0003_low_balance"),
        ("numbers", "0004_shortfalls"),
        ("sellers", "0003_price_list_guards"),
        ("tcxc", "0005_audit_via"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="subscription",
            name="documents_needed",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), blank=True, default=list, size=None
            ),
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("name", models.CharField(editable=False, max_length=64, unique=True)),
                ("sealed_key", models.TextField(blank=True, editable=False)),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("media_type", models.CharField(max_length=20, verbose_name="media type")),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="uploaded")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="valid until")),
                ("reminded_days", models.PositiveSmallIntegerField(blank=True, editable=False, null=True)),
                ("purged_at", models.DateTimeField(blank=True, null=True, verbose_name="file deleted")),
                (
                    "buyer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="buyers.buyer",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DocumentLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("looked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "side",
                    models.CharField(
                        choices=[("buyer", "Its buyer"), ("seller", "The seller"), ("operator", "An operator")],
                        max_length=8,
                    ),
                ),
                ("address", models.GenericIPAddressField(blank=True, null=True)),
                (
                    "acting_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "api_key",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tcxc.apikey",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="looks",
                        to="numbers.document",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DocumentUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("used_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "document",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="numbers.document",
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document_uses",
                        to="numbers.subscription",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Requirement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                (
                    "type",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("geographic", "Geographic"),
                            ("mobile", "Mobile"),
                            ("toll_free", "Toll-free"),
                            ("national", "National"),
                            ("shared_cost", "Shared cost"),
                            ("premium", "Premium rate"),
                            ("voip", "VoIP"),
                            ("personal", "Personal"),
                            ("pager", "Pager"),
                        ],
                        max_length=12,
                        verbose_name="type",
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="document")),
                ("note", models.CharField(blank=True, max_length=255, verbose_name="what it has to show")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "seller",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document_requirements",
                        to="sellers.seller",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Verdict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "In review"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("expired", "Expired"),
                        ],
                        default="pending",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=255, verbose_name="reason")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("by_operator", models.BooleanField(default=False)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdicts",
                        to="numbers.document",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdicts",
                        to="sellers.seller",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["buyer", "-id"], name="document_of_buyer"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("expires_on__isnull", False)), fields=["expires_on"], name="document_expiring"
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(condition=models.Q(("purged_at__isnull", True)), fields=["id"], name="document_kept"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__regex", "^[a-z][a-z0-9_]{1,39}$"), models.Q(("kind", "any"), _negated=True)),
                name="document_kind_is_a_word",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("purged_at__isnull", True), models.Q(("sealed_key", ""), _negated=True)),
                    models.Q(("purged_at__isnull", False), ("sealed_key", "")),
                    _connector="OR",
                ),
                name="document_purged_without_its_key",
            ),
        ),
        migrations.AddIndex(
            model_name="documentlook",
            index=models.Index(fields=["document", "-id"], name="look_at_document"),
        ),
        migrations.AddConstraint(
            model_name="documentlook",
            constraint=models.CheckConstraint(
                condition=models.Q(("user__isnull", False), ("api_key__isnull", False), _connector="OR"),
                name="look_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="documentuse",
            index=models.Index(fields=["subscription", "document"], name="document_of_subscription"),
        ),
        migrations.AddConstraint(
            model_name="documentuse",
            constraint=models.UniqueConstraint(fields=("document", "subscription"), name="document_used_once"),
        ),
        migrations.AddConstraint(
            model_name="requirement",
            constraint=models.UniqueConstraint(
                fields=("country", "type", "seller", "kind"), name="requirement_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="requirement",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__regex", "^[a-z][a-z0-9_]{1,39}$"), models.Q(("kind", "any"), _negated=True)),
                name="requirement_kind_is_a_word",
            ),
        ),
        migrations.AddIndex(
            model_name="verdict",
            index=models.Index(fields=["seller", "-id"], name="verdict_of_seller"),
        ),
        migrations.AddIndex(
            model_name="verdict",
            index=models.Index(
                condition=models.Q(("state", "pending")), fields=["seller", "id"], name="verdict_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.UniqueConstraint(fields=("document", "seller"), name="one_verdict_a_seller"),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state", "pending")),
                    models.Q(models.Q(("state", "pending"), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="verdict_decided_with_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), ("state", "rejected"), _negated=True),
                name="verdict_rejects_with_a_reason",
            ),
        ),
        sql_beside(__file__),
    ]
