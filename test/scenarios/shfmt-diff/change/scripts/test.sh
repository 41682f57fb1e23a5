#!/bin/sh
for t in a b c ; do echo $t ; done



echo "ünï ✓"
