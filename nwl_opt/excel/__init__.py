"""Workbooks: templates to fill, faults as a copy of the workbook, mapped extracts, and results with live formulas."""
