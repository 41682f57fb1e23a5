import difflib
import pathlib
import sys

from render import render

want = pathlib.Path("golden/list.md").read_text()
have = render(["one", "two"])
sys.stdout.writelines(difflib.unified_diff(want.splitlines(True), have.splitlines(True), "golden/list.md", "golden/list.md"))
sys.exit(want != have)
