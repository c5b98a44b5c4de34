"""What is shown of dbt's messages."""

from hypothesis import given
from hypothesis import strategies as st

from nattsynk.dbt import redact


def test_what_may_be_personal_is_masked_and_our_own_words_stay():
    message = "Conversion Error: Could not convert string 'Hemlig Person' to INT32 in column \"person_id\" near 20110101-2381"
    shown = redact(message, frozenset({"person_id"}))
    assert "Hemlig" not in shown
    assert "2011" not in shown
    assert '"person_id"' in shown


@given(st.text(alphabet="åäöabc -0123456789", min_size=1), st.sampled_from("'\"`"))
def test_no_quoted_text_survives(text, quote):
    secret = f"Hemlig{text}Person"
    assert "Hemlig" not in redact(f"before {quote}{secret}{quote} after")


@given(st.integers(min_value=1000, max_value=10**12))
def test_no_long_number_survives(number):
    assert str(number) not in redact(f"value {number} is wrong")
