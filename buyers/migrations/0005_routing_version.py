"""A version of each account's destination rules and interconnects, by which engines keep them in memory."""

from django.db import migrations

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [("buyers", "0004_restcomm_logins"), ("sellers", "0005_rates_version"), ("tcxc", "0002_guards")]

    operations = [
        migrations.RenameField(model_name="account", old_name="rules_version", new_name="routing_version"),
        sql_beside(__file__),
    ]
