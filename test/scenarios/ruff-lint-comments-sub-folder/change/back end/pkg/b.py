import os
import sys
from collections import (
    OrderedDict,  # kept
    defaultdict as dd,  # not
)

print(sys, OrderedDict)
