"""The results workbook of a run: what a finance director opens first, with formulas that work the plan out anew."""

from nwl_opt.excel.results.writing import write_results

__all__ = ["write_results"]
