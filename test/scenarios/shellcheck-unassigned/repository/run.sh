#!/bin/sh
name=shop
echo "$name"
