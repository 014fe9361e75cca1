import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.names import normal_name

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Công ty TNHH MTV Traphaco Sa Pa", "CTY TNHH Traphaco Sapa"),
        ("Công ty trách nhiệm hữu hạn Gốm sứ Quang Vinh", "Công ty TNHH Gốm sứ Quang Vinh"),
        ("Công ty cổ phần Hà Mỵ", "Công ty CP Hà Mỵ"),
        ("HTX Vụn ART", "Hợp tác xã Vụn Art"),
        ("Hộ kinh doanh Lưu Thị Hiền", "HKD Lưu Thị Hiền"),
        ("Hộ Lưu Thị Hiền", "Hộ sản xuất Lưu Thị Hiền"),
        ("Hợp tác xã Hoa, cây cảnh và dịch vụ Hồng Vân", "HTX Hoa cây cảnh, DV Hồng Vân"),
        ("Công ty TNHH SX TM Đinh Gia", "Công ty TNHH Sản xuất và Thương mại Đinh Gia"),
        ("Cơ sở sản xuất Cẩm Hằng", "Cơ sở Cẩm Hằng"),
    ],
)
def test_one_producer_spelt_in_two_ways(one, other):
    assert normal_name(one).key == normal_name(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Công ty TNHH Quang Vinh", "Hợp tác xã Quang Vinh"),
        ("Hồ Văn Minh", "Hộ Văn Minh"),
        ("Hợp tác xã Chè Hảo Đạt", "Hợp tác xã Chè Hảo Đạt 2"),
        ("Hợp tác xã", "Công ty"),
    ],
)
def test_two_producers(one, other):
    assert normal_name(one).key != normal_name(other).key


def test_legal_form_from_the_words_before_the_one_known_otherwise():
    assert normal_name("HTX Chè Hảo Đạt", "company").legal_form == "cooperative"
    assert normal_name("Nguyễn Văn Hùng", "household") == normal_name("Hộ kinh doanh Nguyễn Văn Hùng")
    assert normal_name("Nguyễn Văn Hùng").legal_form == ""


# The Greek iota below is a mark whose capital is a letter.
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\u0345")))
def test_any_text_has_a_normal_form_that_stays(text):
    assert normal_name(text) == normal_name(f"  {text.upper()}  ".lower())
