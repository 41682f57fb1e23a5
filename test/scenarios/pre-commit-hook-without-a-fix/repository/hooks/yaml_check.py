import sys
bad = 0
for f in sys.argv[1:]:
    if '\t' in open(f).read():
        print('while scanning for the next token\nfound character %s that cannot start any token\n  in "' % repr(chr(9)) + f + '", line 2, column 1')
        bad = 1
sys.exit(bad)
