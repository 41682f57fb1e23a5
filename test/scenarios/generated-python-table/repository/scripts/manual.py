import pathlib
import runpy

limits = runpy.run_path("limits.py")["LIMITS"]
rows = "".join(f"| {name} | {value} |\n" for name, value in limits.items())
pathlib.Path("docs/limits.md").write_text("# Limits\n\n| name | value |\n| --- | --- |\n" + rows)
pathlib.Path("docs/limits.txt").write_text(" ".join(sorted(limits)))
