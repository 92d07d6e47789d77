"""What the aims, figures and baselines of a run are called, the same on pages, in reports and in workbooks."""

from __future__ import annotations

from nwl_opt.named.names import Names, in_a_sentence, names_of

__all__ = ["Names", "in_a_sentence", "names_of"]
