import sys
import os


def f(a,b):
    return {'a':a,'b':b}

print(os, sys)
