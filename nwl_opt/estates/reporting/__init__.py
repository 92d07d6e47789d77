"""The report of an estates plan as one HTML file: sentences, tables, maps and charts; nothing is fetched.

`drawing` holds what stands on a picture, ready to be set; `maps`, `fullness` and `cash` say what that is; `equality`
and `assumptions` are tables of their own, written as CSV beside the page.
"""
