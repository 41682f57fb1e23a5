#!/usr/bin/env bash
function up {
	echo up |
		cat
}
up >out