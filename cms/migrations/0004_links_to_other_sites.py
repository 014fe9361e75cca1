from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0003_alternative_text_and_drawn_sizes"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutsideLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.URLField(max_length=1000, unique=True, verbose_name="Address")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Not looked at yet"),
                            ("works", "Works"),
                            ("gone", "The page is gone"),
                            ("unreachable", "The site does not answer"),
                            ("closed", "The site turns machines away"),
                        ],
                        default="new",
                        max_length=12,
                        verbose_name="State",
                    ),
                ),
                ("checked_at", models.DateTimeField(null=True, verbose_name="Looked at")),
                ("failing_since", models.DateTimeField(null=True, verbose_name="Failing since")),
                (
                    "pages",
                    models.ManyToManyField(related_name="+", to="wagtailcore.page", verbose_name="Pages"),
                ),
            ],
            options={
                "verbose_name": "Link to another site",
                "verbose_name_plural": "Links to other sites",
                "default_permissions": (),
            },
        ),
    ]
