"""`python -m nwl_opt` is `nwl-opt`."""

import sys

from nwl_opt.cli import main

if __name__ == "__main__":
    sys.exit(main())
