"""What one looks at in a saved plan, page by page: plain dataclasses from the tables and the instance.

No module here knows the web: the app sets what they return, and so may a report or a notebook.
"""
