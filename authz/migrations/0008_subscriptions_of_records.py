"""Which subscription to a number a call or message came in by."""

from django.db import migrations, models

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [("authz", "0007_corrected_records")]

    operations = [
        migrations.AddField(model_name="cdr", name="subscription_id", field=models.BigIntegerField(null=True)),
        migrations.AddField(
            model_name="messagerecord", name="subscription_id", field=models.BigIntegerField(null=True)
        ),
        sql_beside(__file__),
    ]
