"""fill.py FILE NAME: replaces what stands in FILE between `<!-- NAME -->` and `<!-- end -->` by the standard input."""

import sys
from pathlib import Path

path, name = Path(sys.argv[1]), sys.argv[2]
text, begin, end = path.read_text(), f"<!-- {name} -->\n", "<!-- end -->"
if begin not in text:
    raise SystemExit(f"error: {path} has no '{begin.strip()}'")
before, rest = text.split(begin, 1)
filling = sys.stdin.read().strip()
if not filling:
    raise SystemExit(f"error: there is nothing to put at '{begin.strip()}' of {path}")
path.write_text(before + begin + filling + "\n" + rest[rest.index(end):])
