#!/bin/sh
set -e
echo build
