import zlib
import wave
import uuid
import time
import string
import stat
import socket
import shutil
import select
import random
import queue
import pprint
import os
import math
import json
import heapq
import glob
import enum
import csv
import abc

print(abc)
