import sys

bad = False
for name in sys.argv[1:]:
    data = open(name, "rb").read()
    new = data.rstrip(b"\n") + b"\n" if data.strip() else b""
    if data and new != data:
        print(f"Fixing {name}")
        open(name, "wb").write(new)
        bad = True
sys.exit(bad)
