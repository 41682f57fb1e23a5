#!/bin/sh
sort names.list > sorted.list
