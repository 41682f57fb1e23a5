import os
import sys
from collections import OrderedDict, deque


def total(lines):
    return sum(deque(lines)) + len(sys.argv)
