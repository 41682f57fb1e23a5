import sys
bad = 0
for f in sys.argv[1:]:
    t = open(f).read()
    n = '\n'.join(l.rstrip() for l in t.split('\n'))
    if n != t:
        print('Fixing ' + f)
        open(f, 'w').write(n)
        bad = 1
sys.exit(bad)
