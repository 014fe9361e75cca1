from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0005_columns_of_files")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="extended_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="Extended"),
        )
        for name in ("transferrequest", "cardrequest")
    ]
