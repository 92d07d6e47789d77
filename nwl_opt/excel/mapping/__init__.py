"""Extracts as other systems export them, loaded by a saved mapping: their headings, our columns, units and codes."""

from nwl_opt.excel.mapping.loading import (
    Load,
    Loaded,
    LoadedTable,
    convert_extract,
    load_extracts,
    preview,
    write_loaded,
    write_table,
)
from nwl_opt.excel.mapping.model import ColumnRule, LeaveOut, Source, TableMapping
from nwl_opt.excel.mapping.money import MoneySum
from nwl_opt.excel.mapping.proposal import Proposal, Proposed
from nwl_opt.excel.mapping.proposing import propose
from nwl_opt.excel.mapping.reading import parse_mapping, read_mapping
from nwl_opt.excel.mapping.rows import MappedRow, MappedTable
from nwl_opt.excel.mapping.targets import table_of, tables_of
from nwl_opt.excel.mapping.writing import mapping_text

__all__ = [
    "ColumnRule",
    "LeaveOut",
    "Load",
    "Loaded",
    "LoadedTable",
    "MappedRow",
    "MappedTable",
    "MoneySum",
    "Proposal",
    "Proposed",
    "Source",
    "TableMapping",
    "convert_extract",
    "load_extracts",
    "mapping_text",
    "parse_mapping",
    "preview",
    "propose",
    "read_mapping",
    "table_of",
    "tables_of",
    "write_loaded",
    "write_table",
]
