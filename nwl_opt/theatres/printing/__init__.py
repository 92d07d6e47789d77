"""Papers for a day: theatre lists, test sheets for each site, the standby list; as HTML and as PDF.

`sheets` say what stands on paper, as ready text; `html` and `pdf` only set it. Nothing is fetched, and nobody is
named unless a key file is given: then names are joined while printing and stand on the paper only.
"""
