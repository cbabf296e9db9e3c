# The five services and the migration step. All targets share the same layers; only the last lines differ:
#
#   docker build --target router --tag crossdock/router:0.1.0 .
#
# docker-compose.yml builds them all.

ARG NODE_IMAGE=node:24.11.1-bookworm-slim

# Manifests alone, so that packages are installed anew when these change, not with every line of code.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /all
COPY . .
RUN mkdir /manifests \
 && cp package.json package-lock.json .npmrc /manifests/ \
 && find libs apps -mindepth 2 -maxdepth 2 -name package.json -exec cp --parents '{}' /manifests/ ';'

# Compiles once for all services. Nothing that is installed runs a script of its own.
FROM ${NODE_IMAGE} AS build
WORKDIR /hub
COPY --from=manifests /manifests ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.base.json ./
COPY libs libs
COPY apps apps
RUN node_modules/.bin/tsc -b apps/all-in-one \
 && mkdir /compiled \
 && find libs apps '(' -path '*/dist/*.js' -o -path '*/dist/*.js.map' ')' -exec cp --parents '{}' /compiled/ ';'

# What runs: no development packages, and no embedded Postgres.
FROM ${NODE_IMAGE} AS packages
WORKDIR /hub
COPY --from=manifests /manifests ./
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund --workspace apps/all-in-one

FROM ${NODE_IMAGE} AS runtime
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Crossdock" \
      org.opencontainers.image.description="The open commerce message hub" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    CROSSDOCK_HOST=0.0.0.0
WORKDIR /hub
COPY --from=packages /hub ./
COPY --from=build /compiled ./
COPY LICENSE ./
COPY tools/probe.mjs tools/
# By number, so that an orchestrator can see that it is not root. Nothing is written: the root may be read-only.
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --start-interval=1s --retries=3 CMD ["node", "tools/probe.mjs"]

FROM runtime AS migrate
HEALTHCHECK NONE
CMD ["node", "--enable-source-maps", "apps/all-in-one/dist/migrate.js"]

FROM runtime AS validator
ENV CROSSDOCK_PORT=4601
EXPOSE 4601
CMD ["node", "--enable-source-maps", "apps/validator/dist/main.js"]

FROM runtime AS router
ENV CROSSDOCK_PORT=4602
EXPOSE 4602
CMD ["node", "--enable-source-maps", "apps/router/dist/main.js"]

FROM runtime AS delivery
ENV CROSSDOCK_PORT=4603
EXPOSE 4603
CMD ["node", "--enable-source-maps", "apps/delivery/dist/main.js"]

FROM runtime AS notifications
ENV CROSSDOCK_PORT=4604
EXPOSE 4604
CMD ["node", "--enable-source-maps", "apps/notifications/dist/main.js"]

FROM runtime AS ingest-api
ENV CROSSDOCK_PORT=4600
EXPOSE 4600
CMD ["node", "--enable-source-maps", "apps/ingest-api/dist/main.js"]
