import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partner", "0002_story_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PriceChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "before",
                    models.PositiveBigIntegerField(blank=True, null=True, verbose_name="Before (VND)"),
                ),
                ("price", models.PositiveBigIntegerField(blank=True, null=True, verbose_name="Price (VND)")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="At")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Actor",
                    ),
                ),
                (
                    "stock_record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="price_changes",
                        to="partner.stockrecord",
                        verbose_name="Stock record",
                    ),
                ),
            ],
            options={
                "verbose_name": "Change of price",
                "verbose_name_plural": "Changes of prices",
                "ordering": ["-id"],
            },
        ),
        migrations.AlterField(
            model_name="stockmovement",
            name="kind",
            field=models.CharField(
                choices=[
                    ("received", "Received"),
                    ("taken", "Taken by an order"),
                    ("given back", "Given back by an order"),
                    ("handed over", "Handed over to the carrier or buyer"),
                    ("corrected", "Corrected after a count"),
                    ("packed", "Packed into a gift pack"),
                ],
                max_length=12,
                verbose_name="Kind",
            ),
        ),
    ]
