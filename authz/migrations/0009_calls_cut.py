"""When somebody asked for a live call to be cut."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("authz", "0008_subscriptions_of_records")]

    operations = [
        migrations.AddField(model_name="session", name="cut_at", field=models.DateTimeField(null=True)),
    ]
