"""The count of calls on a connection, exact among engines."""

from django.db import migrations

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [("authz", "0004_one_index_a_query")]

    operations = [sql_beside(__file__)]
