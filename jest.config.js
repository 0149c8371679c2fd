// Type stripping (no transform) needs Node 24: npm puts it first on the PATH, a plain shell does not.
if (Number(process.versions.node.split('.')[0]) < 24) {
  throw new Error(`These tests run on Node 24, this is ${process.version}: run them with "npm test" or "npx jest".`);
}

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Deployments by the real gcloud take minutes: npm run test:deploy.
  testPathIgnorePatterns: process.env.TEST_DEPLOY ? [] : ['<rootDir>/test/(gcp|deploy/\\w+)\\.test\\.ts$'],
  // Programs are started and compiled here; a busy machine takes its time. Milliseconds.
  testTimeout: 30_000,
  coverageProvider: 'v8',
  setupFilesAfterEnv: ['<rootDir>/test/setup.ts'],
};
