import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from marketplace.core.text import fold, slugify


def publish_what_is_there(apps, schema_editor):
    """Stories written so far are public; their one source becomes the first of a list."""
    Story = apps.get_model("partner", "Story")
    for story in Story.objects.select_related("product", "seller"):
        about = story.product or story.seller
        named = getattr(about, "title", None) or getattr(about, "name", None) or story.body
        story.title = (story.title or named)[:120]
        story.slug = slugify(story.title)[:100].strip("-")
        story.sources = [{"title": "", "url": story.source_url}] if story.source_url else []
        story.published_at = timezone.now()
        story.folded = fold(f"{story.title} {story.body} {story.body_en}")
        story.save()


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0004_newest_of_stall_and_place'),
        ('partner', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='story',
            name='title_en',
            field=models.CharField(blank=True, max_length=120, verbose_name='Title in English'),
        ),
        migrations.AddField(
            model_name='story',
            name='slogan',
            field=models.CharField(blank=True, max_length=160, verbose_name='Slogan'),
        ),
        migrations.AddField(
            model_name='story',
            name='slogan_en',
            field=models.CharField(blank=True, max_length=160, verbose_name='Slogan in English'),
        ),
        migrations.AddField(
            model_name='story',
            name='facts',
            field=models.JSONField(blank=True, default=list, help_text='Pairs of name and value.', verbose_name='Facts'),
        ),
        migrations.AddField(
            model_name='story',
            name='sources',
            field=models.JSONField(blank=True, default=list, help_text='Title and address of each.', verbose_name='Sources'),
        ),
        migrations.AddField(
            model_name='story',
            name='pictures',
            field=models.JSONField(blank=True, default=list, verbose_name='Pictures'),
        ),
        migrations.AddField(
            model_name='story',
            name='slug',
            field=models.SlugField(default='cau-chuyen', max_length=140, verbose_name='Slug'),
        ),
        migrations.AddField(
            model_name='story',
            name='published_at',
            field=models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='Published'),
        ),
        migrations.AddField(
            model_name='story',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, default=timezone.now, verbose_name='Begun'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='story',
            name='folded',
            field=models.TextField(blank=True, editable=False, help_text='The text without marks, for finding it.', verbose_name='Folded words', default=''),
            preserve_default=False,
        ),
        migrations.RunPython(publish_what_is_there, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='story',
            name='source_url',
        ),
        migrations.AlterField(
            model_name='story',
            name='title',
            field=models.CharField(max_length=120, verbose_name='Title'),
        ),
        migrations.CreateModel(
            name='StoryVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='Title')),
                ('title_en', models.CharField(blank=True, max_length=120, verbose_name='Title in English')),
                ('slogan', models.CharField(blank=True, max_length=160, verbose_name='Slogan')),
                ('slogan_en', models.CharField(blank=True, max_length=160, verbose_name='Slogan in English')),
                ('body', models.TextField(verbose_name='Text')),
                ('body_en', models.TextField(blank=True, verbose_name='Text in English')),
                ('facts', models.JSONField(blank=True, default=list, help_text='Pairs of name and value.', verbose_name='Facts')),
                ('sources', models.JSONField(blank=True, default=list, help_text='Title and address of each.', verbose_name='Sources')),
                ('pictures', models.JSONField(blank=True, default=list, verbose_name='Pictures')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('sent', 'Waits for approval'), ('published', 'Published'), ('sent back', 'Sent back')], default='draft', max_length=10, verbose_name='State')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='Begun')),
                ('saved_at', models.DateTimeField(auto_now=True, verbose_name='Saved')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='Sent')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='Decided')),
                ('reason', models.TextField(blank=True, help_text='The writer reads it.', verbose_name='Reason')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Writer')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Decided by')),
                ('story', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='partner.story', verbose_name='Story')),
            ],
            options={
                'verbose_name': 'Version of a story',
                'verbose_name_plural': 'Versions of stories',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['state', 'sent_at'], name='partner_sto_state_78aa1d_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('draft', 'sent'))), fields=('story',), name='one_open_version_per_story')],
            },
        ),
    ]
