#!/bin/sh
set -e
if [ -n "$1" ] ; then
  echo "build $1"
fi
