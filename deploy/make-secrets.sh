#!/bin/sh
# Makes the database's password for deploy/compose.yaml, once, and takes the App's private key out of .env, where "regreen setup" has put it. The folder is closed to others; the files in it are not, for the
# programs in the containers run as users of their own.
set -eu
umask 022
folder=$(dirname "$0")/secrets
mkdir -p "$folder"
chmod 700 "$folder"
if [ -e "$folder/postgres-password" ]; then
  echo "$folder/postgres-password is there already; nothing was changed."
else
  password=$(head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
  printf %s "$password" >"$folder/postgres-password"
  printf 'postgresql://regreen:%s@postgres:5432/regreen' "$password" >"$folder/database-url"
  echo "Made $folder/postgres-password and $folder/database-url."
fi
if [ ! -e "$folder/private-key.pem" ]; then
  key=$(sed -n 's/^PRIVATE_KEY="\(.*\)"$/\1/p' "$(dirname "$0")/../.env" 2>/dev/null || true)
  if [ -n "$key" ]; then
    printf '%s\n' "$key" | sed 's/\\n/\
/g' >"$folder/private-key.pem"
    echo "Made $folder/private-key.pem."
  else
    echo "Put the App's private key into $folder/private-key.pem."
  fi
fi
