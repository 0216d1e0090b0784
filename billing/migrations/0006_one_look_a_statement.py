"""What entries and holds stand on is looked for once a statement."""

import django.db.models.deletion
from django.db import migrations, models

from tcxc.sql import sql_beside


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_number_fees")]

    operations = [
        migrations.AlterField(
            model_name="hold",
            name="wallet",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holds",
                to="billing.wallet",
            ),
        ),
        sql_beside(__file__),
    ]
