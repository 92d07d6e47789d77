"""Long lists in pages: nothing is lost between them, and no number leads beyond them."""

import pytest

from nwl_opt.paging import paged, query_of

pytestmark = pytest.mark.unit


def test_pages_of_a_list_cover_it() -> None:
    rows = list(range(95))
    pages = [paged(rows, at, 40) for at in (1, 2, 3)]
    assert [row for page in pages for row in page.rows] == rows
    assert [(page.first, page.last) for page in pages] == [(1, 40), (41, 80), (81, 95)]
    assert {(page.found, page.pages) for page in pages} == {(95, 3)}


def test_numbers_beyond_the_ends_are_the_nearest_page() -> None:
    assert paged(range(10), 99, 4).page == 3
    assert [paged(range(10), at, 4).page for at in (0, -1)] == [1, 1]
    assert paged(range(8), 2, 4).pages == 2, "a full last page has no empty one behind it"


def test_an_empty_list_is_one_empty_page() -> None:
    empty = paged([], 5, 40)
    assert (empty.rows, empty.found, empty.page, empty.pages, empty.first, empty.last) == ((), 0, 1, 1, 0, 0)


def test_what_is_not_asked_for_is_not_in_the_address() -> None:
    assert query_of({"b": "1 2", "a": "", "c": "x"}) == "b=1+2&c=x"
