import sys

bad = False
for name in sys.argv[1:]:
    data = open(name, "rb").read()
    new = b"\n".join(line.rstrip(b" \t") for line in data.split(b"\n"))
    if new != data:
        print(f"Fixing {name}")
        open(name, "wb").write(new)
        bad = True
sys.exit(bad)
