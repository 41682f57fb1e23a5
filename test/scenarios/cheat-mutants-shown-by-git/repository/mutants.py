import os, subprocess, sys

text = open("price.py").read()
if "n * 4" in text:
    open("price.py", "w").write(text.replace("*", "/"))
    subprocess.run(["git", "diff", "--exit-code"])
    open("price.py", "w").write(text)
    print("1 mutant survived")
    sys.exit(1)
