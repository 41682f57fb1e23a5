#!/bin/sh
# Starts an image with Docker as deploy/ starts it (nothing but /data and /tmp can be written, no rights, its own database), waits until
# its HEALTHCHECK says healthy, and stops it: sh deploy/try-image.sh regreen
set -eu
image=$1
container=$(docker run --detach --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --pids-limit 256 --memory 1g \
  --env APP_ID=1 --env "WEBHOOK_SECRET=$(openssl rand -hex 16)" --env "PRIVATE_KEY=$(openssl genrsa 2048 2>/dev/null)" "$image")
trap 'docker rm --force --volumes "$container" >/dev/null' EXIT
state() { docker inspect --format "$1" "$container"; }
left=60
until [ "$(state '{{.State.Health.Status}}')" = healthy ]; do
  left=$((left - 1))
  if [ "$left" = 0 ] || [ "$(state '{{.State.Running}}')" = false ]; then
    docker logs "$container"
    echo "not healthy: $(state '{{json .State}}')" >&2
    exit 1
  fi
  sleep 1
done
docker stop --time 40 "$container" >/dev/null
[ "$(state '{{.State.ExitCode}}')" = 0 ] || { docker logs "$container"; echo "it did not end well" >&2; exit 1; }
echo "healthy, and stopped well: $image, $(docker image inspect --format '{{.Os}}/{{.Architecture}}, {{.Size}} bytes' "$image")"
