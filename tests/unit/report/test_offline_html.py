import re

from spectra_gx.report.offline_html import make_offline

PAGE = """<html><head><link rel="stylesheet" href="https://cdn.invalid/a.css">
<link rel="shortcut icon"
href="static/icon.ico"><style>a { background: url('https://x.invalid/l.png') }
</style><script src="https://cdn.invalid/b.js"></script><script>
var here = "inline";
</script></head><body><img class="c"
 src="https://x.invalid/logo.png?d=2026" alt="x"><img src="static/own.png">
<p onclick="go()" class='x'>kept</p>
<footer><a href="https://x.invalid/newsletter">Subscribe</a></footer></body></html>"""


def test_nothing_foreign_is_left():
    page = make_offline(PAGE, "../docs.css", {})

    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page


def test_what_is_the_pages_own_stays():
    page = make_offline(PAGE, "../docs.css", {})

    assert "<p class='x'>kept</p>" in page
    assert '&lt;img src="static/own.png">' in page  # GX shows none of its own
    assert "icon.ico" not in page  # GX gets its address wrong


def test_our_style_and_a_policy_that_refuses_the_network_are_added_once():
    page = make_offline(PAGE, "../docs.css", {})

    assert page.count('<link rel="stylesheet" href="../docs.css">') == 1
    assert re.search(r"Content-Security-Policy\" content=\"default-src 'none'", page)


def test_a_page_made_offline_twice_calls_nobody_either():
    twice = make_offline(make_offline(PAGE, "docs.css", {}), "docs.css", {})

    assert "invalid" not in twice


def test_a_page_leads_to_those_around_it_whatever_they_are_called():
    page = make_offline(PAGE, "docs.css", {"<b>all</b>": "../index.html", "a table": "t.html"})

    assert '<a href="../index.html">&lt;b&gt;all&lt;/b&gt;</a>' in page
    assert page.index("t.html") < page.index("kept</p>")


def test_a_tag_that_gx_does_not_use_is_text():
    page = make_offline("<head><body><td><IFRAME src=x onload=go()>&lt;</td>", "docs.css", {})

    assert "<td>&lt;IFRAME src=x>&lt;</td>" in page


def test_counts_have_thousands_separators():
    page = "<br><br>1200 unexpected values found. ≈6% of 20007 total rows. 20007"

    assert make_offline(page, "", {}) == (
        "<br><br>1,200 unexpected values found. ≈6% of 20,007 total rows. 20007"
    )
