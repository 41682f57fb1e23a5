import sys
OPTIONS = ['--help', '--version']
print('# Options\n')
for o in OPTIONS:
    print('- `' + o + '`')
