"""The report of an estates plan as one HTML file: sentences, tables, maps and charts; nothing is fetched.

`maps`, `fullness` and `cash` say what stands on its pictures, which are of `nwl_opt.charts`; `equality`
and `assumptions` are tables of their own, written as CSV beside the page.
"""
