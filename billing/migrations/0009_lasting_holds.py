"""A hold lasts as long as its session, and never takes back what it posted; entries are looked at by transfer."""

from django.db import migrations

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [("billing", "0008_money_request_guards")]

    operations = [sql_beside(__file__)]
