"""Reading and writing instances and plans: folders of CSV files and workbooks, one meaning.

Nothing else in the toolkit opens a user's file.
"""

from nwl_opt.files.atomic import append_json_line, read_json, sha256_of, write_atomically, write_json
from nwl_opt.files.reading import Reading, read_any, read_header, read_instance
from nwl_opt.files.tables import OutputReading, read_output_tables, write_tables
from nwl_opt.files.writing import write_instance, write_raw_folder

__all__ = [
    "OutputReading",
    "Reading",
    "append_json_line",
    "read_any",
    "read_header",
    "read_instance",
    "read_json",
    "read_output_tables",
    "sha256_of",
    "write_atomically",
    "write_instance",
    "write_json",
    "write_raw_folder",
    "write_tables",
]
