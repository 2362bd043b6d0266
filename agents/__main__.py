"""``python -m agents "TASK" --model …``: the same command as ``hardcell agent``."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
