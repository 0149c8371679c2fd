# Any function in a container, without functions-framework's command line: docs/decisions/other-hosts.md

# All that runs becomes one file here; packages and tools stay behind.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# esbuild brings its program as a package: nothing has to be fetched by a script.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY dev/bundle dev/bundle
COPY dev/local dev/local
COPY functions functions
COPY shared shared
RUN node dev/bundle/container.ts image

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/image ./
# Not root. The files stay root's, so that nobody changes them.
USER node
EXPOSE 8080
# No HEALTHCHECK: Cloud Run and Kubernetes ignore it and have probes of their own, for which `GET /` answers OK.
# Node itself is process 1, so that SIGTERM reaches it.
CMD ["node", "index.cjs"]
