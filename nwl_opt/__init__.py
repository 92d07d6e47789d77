"""The front door: command line, files, runs, reports."""

__version__ = "0.1.0"
