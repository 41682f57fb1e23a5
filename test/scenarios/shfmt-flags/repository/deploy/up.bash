#!/usr/bin/env bash
up() {
  echo up
}
