#!/usr/bin/env node
require('prettier/bin-prettier.js');
