"""A version of each connection's rates, by which engines keep them in memory."""

from django.db import migrations, models

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [("sellers", "0004_second_person")]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="rates_version",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        sql_beside(__file__),
    ]
