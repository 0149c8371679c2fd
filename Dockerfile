# Any function in a container, without functions-framework's command line: docs/decisions/other-hosts.md
FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY functions functions
COPY shared shared
USER node
EXPOSE 8080
CMD ["node", "functions/server.js"]
