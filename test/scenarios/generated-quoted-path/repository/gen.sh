#!/bin/sh
echo "v $(cat v.txt)" > "docs/Überblick neu.md"
