"""A download never makes a spreadsheet run something."""

from tcxc.pages.csv_safe import lines


def test_a_text_that_begins_like_a_formula_is_made_harmless():
    rows = [("=1+1", "+44", "-3", "@SUM", "plain"), (7, -1, "", None, "a=b")]
    assert "".join(lines(rows)) == "'=1+1,'+44,'-3,'@SUM,plain\r\n7,-1,,,a=b\r\n"
