from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0002_pictures_and_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="picture",
            name="drawn",
            field=models.JSONField(
                default=dict,
                editable=False,
                help_text="Where its sizes are, by shape and format, so that pages need no query for them.",
            ),
        ),
        migrations.AlterField(
            model_name="picture",
            name="description",
            field=models.CharField(
                help_text="What the picture shows, in one sentence, for people who do not see it.",
                max_length=255,
                verbose_name="Alternative text",
            ),
        ),
    ]
