"""What somebody reads whose new password is refused."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import override

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("vi", "Mật khẩu quá ngắn. Cần ít nhất 8 ký tự."),
        ("en", "This password is too short. It needs at least 8 characters."),
    ],
)
def test_a_short_password_is_refused_in_the_readers_language(language, message):
    with override(language), pytest.raises(ValidationError) as refusal:
        validate_password("xq7-bn!")
    assert refusal.value.messages == [message]


def test_eight_characters_are_enough():
    assert validate_password("xq7-bn!z") is None
