import pathlib
import sys

for name in sys.argv[1:]:
    path = pathlib.Path(name)
    before = path.read_text()
    after = "\n".join(line.rstrip() for line in before.splitlines()) + "\n"
    if before and after != before:
        path.write_text(after)
