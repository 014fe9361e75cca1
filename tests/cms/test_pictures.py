"""Pictures of editors: checked when they come, drawn by a task, shown without a query."""

import gc
import re
import warnings
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image
from wagtail.images.blocks import ImageBlock
from wagtail.models import UploadedFile

from cms.domain.site import set_up
from cms.models import Picture, Rendition
from cms.pictures import SHAPES, address, picture
from cms.tasks import draw_sizes
from tests import tasks
from tests.factories.files import SECRET, SVG_WITH_SCRIPT, archive, photograph, upload
from tests.factories.media import make_editor, make_picture

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def waiting() -> list[int]:
    """The pictures whose sizes are waited for; Wagtail has tasks of its own."""
    return [arguments[0] for name, arguments in tasks.waiting() if name == "draw_sizes"]


def stored(file) -> bytes:
    with default_storage.open(file.name) as opened:
        return opened.read()


def html_of(*args, **kwargs) -> BeautifulSoup:
    return BeautifulSoup(picture(*args, **kwargs), "html.parser")


def drawn(**fields) -> Picture:
    made = make_picture(**fields)
    tasks.run_tasks()
    return Picture.objects.get(pk=made.pk)


def srcset(tag) -> list[str]:
    return re.findall(r"\s(\d+w)", tag["srcset"])


class TestDrawing:
    def test_sizes_are_drawn_once_by_a_task_and_never_larger_than_the_picture(self):
        made = make_picture(1000, 800)
        assert waiting() == [made.pk]
        assert Rendition.objects.count() == 0

        tasks.run_tasks()

        sizes = Picture.objects.get(pk=made.pk).drawn
        measures = {name: [size[1:] for size in sizes[name]["avif"]] for name in SHAPES}
        assert measures == {
            "whole": [[480, 384], [960, 768], [1000, 800]],
            "card": [[480, 320], [960, 640]],
            "wide": [[1000, 430]],
        }
        for image_format in ("avif", "webp"):
            name, width, height = sizes["card"][image_format][0]
            with default_storage.open(name) as file, Image.open(file) as opened:
                assert (opened.format.lower(), opened.size) == (image_format, (width, height))

    def test_drawing_again_draws_nothing(self):
        made = drawn()
        before = set(Rendition.objects.values_list("pk", "file"))
        Picture.objects.update(drawn={})
        Picture.objects.get(pk=made.pk).save()
        tasks.run_tasks()
        assert set(Rendition.objects.values_list("pk", "file")) == before
        assert Picture.objects.get(pk=made.pk).drawn == made.drawn

    def test_saving_words_draws_nothing(self):
        made = drawn()
        made.title = "Khác"
        made.save()
        assert waiting() == []

    def test_a_task_for_a_picture_that_is_gone_does_nothing(self):
        gone = make_picture()
        gone.delete()
        draw_sizes.call(gone.pk or 1)
        assert Rendition.objects.count() == 0

    def test_what_was_marked_stays_in_the_cut(self):
        tall = Image.new("RGB", (600, 1800), "#FFFFFF")
        tall.paste("#CC0000", (200, 1650, 400, 1750))
        file = BytesIO()
        tall.save(file, "PNG")
        made = drawn(
            file=file.getvalue(),
            focal_point_x=300,
            focal_point_y=1700,
            focal_point_width=200,
            focal_point_height=100,
        )
        name, _width, _height = made.drawn["card"]["webp"][0]
        with default_storage.open(name) as stored, Image.open(stored) as card:
            assert card.size == (480, 320)
            assert any(
                red > 180 and green < 60
                for _times, (red, green, _blue) in card.convert("RGB").getcolors(480 * 320)
            )

    def test_a_moved_mark_has_the_cuts_drawn_anew_and_shows_the_former_until_then(self):
        made = drawn()
        made.focal_point_x, made.focal_point_y, made.focal_point_width, made.focal_point_height = 10, 10, 5, 5
        made.save()
        former = html_of(made, shape="card").img["src"]
        assert "original_images" not in former
        tasks.run_tasks()
        assert html_of(Picture.objects.get(pk=made.pk), shape="card").img["src"] != former


class TestShowing:
    def test_the_browser_chooses_from_avif_and_webp_and_keeps_the_place(self):
        found = html_of(drawn(), sizes="50vw")
        assert [source["type"] for source in found("source")] == ["image/avif"]
        assert srcset(found.source) == srcset(found.img) == ["480w", "960w", "1000w"]
        assert (found.img["width"], found.img["height"], found.img["sizes"]) == ("1000", "800", "50vw")
        assert (found.img["alt"], found.img["loading"]) == ("Đồi chè buổi sớm", "lazy")

    def test_a_wide_picture_is_cut_otherwise_on_a_phone(self):
        found = html_of(drawn(width=2000, height=1500), shape="wide", eager=True)
        desk_avif, desk_webp, phone_avif = found("source")
        assert desk_avif["media"] == desk_webp["media"] == "(width >= 60rem)"
        assert (desk_webp["width"], desk_webp["height"]) == ("1920", "823")
        assert "media" not in phone_avif.attrs
        assert (found.img["width"], found.img["height"]) == ("960", "640")
        assert found.img["fetchpriority"] == "high"
        assert "loading" not in found.img.attrs

    @pytest.mark.parametrize("shape", ["whole", "card", "wide"])
    def test_showing_takes_no_query_and_draws_nothing(self, django_assert_num_queries, shape):
        made = Picture.objects.get(pk=make_picture().pk)
        with django_assert_num_queries(0):
            found = html_of(made, shape=shape)
        assert (found.img["src"], found.img["width"]) == (made.file.url, "1000")
        assert not found("source")

        tasks.run_tasks()
        made = Picture.objects.get(pk=made.pk)
        with django_assert_num_queries(0):
            assert html_of(made, shape=shape)("source")

    def test_a_new_file_is_shown_as_it_is_until_its_sizes_are_drawn(self):
        made = drawn()
        made.file = ContentFile(photograph(300, 200), "khac.jpg")
        made.save()
        made = Picture.objects.get(pk=made.pk)
        assert html_of(made).img["src"] == made.file.url
        assert address(made).url == made.file.url

    def test_words_are_those_of_the_block_or_the_picture_or_none_where_it_decorates(self):
        made = make_picture(description='Chè "sạch"')
        assert html_of(made).img["alt"] == 'Chè "sạch"'
        block = ImageBlock()
        said = block.to_python({"image": made.pk, "alt_text": "Hái chè", "decorative": False})
        assert html_of(said).img["alt"] == "Hái chè"
        decorating = block.to_python({"image": made.pk, "alt_text": "", "decorative": True})
        assert html_of(decorating).img["alt"] == ""
        assert html_of(made, alt="Khác").img["alt"] == "Khác"

    def test_nothing_is_shown_for_nothing(self):
        assert picture(None) == ""


@pytest.mark.filterwarnings("ignore::ResourceWarning")
class TestUploading:
    @pytest.fixture(autouse=True)
    def _closed(self):
        """Wagtail leaves open what was uploaded and what it draws for its own screens."""
        yield
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()

    @pytest.fixture
    def editor(self, client):
        set_up()
        client.force_login(make_editor(), backend="django.contrib.auth.backends.ModelBackend")
        return client

    def send(self, editor, content: bytes, name: str = "anh.jpg", **fields):
        return editor.post(
            "/quan-tri/images/multiple/add/",
            {"title": "Đồi chè", "files[]": upload(content, name), **fields},
        )

    def test_a_picture_becomes_one_when_its_words_are_there(self, editor):
        answer = self.send(editor, photograph()).json()
        assert answer["success"]
        assert not Picture.objects.exists()
        waiting_file = UploadedFile.objects.get(pk=answer["uploaded_file_id"])
        assert SECRET not in stored(waiting_file.file)

        prefix = f"uploaded-image-{waiting_file.pk}"
        finish = f"/quan-tri/images/multiple/create_from_uploaded_image/{waiting_file.pk}/"
        without = editor.post(finish, {f"{prefix}-title": "Đồi chè", f"{prefix}-description": ""}).json()
        assert not without["success"]
        finished = editor.post(
            finish, {f"{prefix}-title": "Đồi chè", f"{prefix}-description": "Đồi chè buổi sớm"}
        ).json()

        assert finished["success"], finished
        made = Picture.objects.get()
        assert SECRET not in stored(made.file)
        assert made.uploaded_by_user.email == "editor@example.org"
        assert waiting() == [made.pk]

    @pytest.mark.parametrize(
        ("content", "name"),
        [(archive("anh.jpg"), "anh.jpg"), (SVG_WITH_SCRIPT, "anh.svg"), (SVG_WITH_SCRIPT, "anh.png")],
        ids=["zip", "svg", "svg called png"],
    )
    def test_what_is_no_picture_is_refused_in_plain_words(self, editor, content, name):
        answer = self.send(editor, content, name).json()
        assert not answer["success"]
        assert "JPEG, PNG, WebP" in answer["error_message"]
        assert not UploadedFile.objects.exists()

    def test_the_window_of_pictures_tidies_what_is_brought_there(self, editor):
        answer = editor.post(
            "/quan-tri/images/chooser/create/",
            {
                "image-chooser-upload-title": "Đồi chè",
                "image-chooser-upload-description": "Đồi chè buổi sớm",
                "image-chooser-upload-file": upload(photograph(turned=6)),
            },
        )
        assert answer.status_code == 200
        made = Picture.objects.get()
        assert (made.width, made.height) == (40, 60)
        assert SECRET not in stored(made.file)

    def test_the_window_of_pictures_keeps_the_words_of_one_that_is_too_big(self, editor):
        answer = editor.post(
            "/quan-tri/images/chooser/create/",
            {
                "image-chooser-upload-title": "Đồi chè",
                "image-chooser-upload-description": "Đồi chè buổi sớm",
                "image-chooser-upload-file": upload(b"\xff\xd8\xff" + bytes(21 * 2**20)),
            },
        )
        window = answer.json()["htmlFragment"]
        assert "20,0" in window
        assert 'value="Đồi chè buổi sớm"' in window
        assert not Picture.objects.exists()

    def test_two_hundred_megabytes_are_refused_and_never_held(self, editor, tmp_path, settings):
        settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
        answer = self.send(editor, b"\xff\xd8\xff" + bytes(200 * 2**20)).json()
        assert not answer["success"]
        assert "200" in answer["error_message"]
        assert "20" in answer["error_message"]
        assert not UploadedFile.objects.exists()
        assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 50 * 2**20

    def test_an_editor_changes_only_pictures_of_their_own(self, editor):
        others = make_picture()
        assert editor.get(f"/quan-tri/images/{others.pk}/").status_code == 302
        others.uploaded_by_user_id = editor.session["_auth_user_id"]
        others.save()
        assert editor.get(f"/quan-tri/images/{others.pk}/").status_code == 200
