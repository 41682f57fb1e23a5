import sys
OPTIONS = ['--help', '--quiet', '--version']
print('# Options\n')
for o in OPTIONS:
    print('- `' + o + '`')
