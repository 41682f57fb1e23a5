import sys
import os
from collections import deque, OrderedDict
import json

print(os.name, sys.path, deque, OrderedDict, json)
