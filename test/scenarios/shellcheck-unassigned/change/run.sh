#!/bin/sh
name=shop
echo "$name $verison"
