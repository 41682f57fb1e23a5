import sys
import os


def main():
    print(f"started")
    return os.name
