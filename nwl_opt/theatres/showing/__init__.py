"""What pages show of a run of theatres: plain values from its instance and its written tables, without any web.

Whatever sets them (the web app, a notebook) looks nothing up and works nothing out.
"""
