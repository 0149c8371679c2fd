import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { World } from './world.ts';

/** The environment in which gcloud, curl and Node find the fake, and nothing else. */

export type Environment = { readonly [name: string]: string | undefined };

/** So that gcloud believes it until then: 2099. */
const FAR_FUTURE = new Date('2099-01-01');

/** A fresh configuration folder of gcloud that does not look for the metadata server. */
export function prepareConfig({ folder }: World): string {
  const config = join(folder, 'gcloud');
  mkdirSync(config, { recursive: true });
  // gcloud keeps for 10 minutes what it knows about being on a Google machine; past any proxy it would ask again.
  writeFileSync(join(config, 'gce'), 'False');
  utimesSync(join(config, 'gce'), FAR_FUTURE, FAR_FUTURE);
  return config;
}

export function environment(world: World, proxyPort: number, config: string): Environment {
  const { authority, folder, token, account, ports } = world;
  const tokenPath = join(folder, 'access-token');
  writeFileSync(tokenPath, token, { mode: 0o600 });
  const proxy = `http://127.0.0.1:${proxyPort}`;
  const none = '127.0.0.1,localhost,::1';
  return {
    CLOUDSDK_CONFIG: config,
    CLOUDSDK_PROXY_TYPE: 'http',
    CLOUDSDK_PROXY_ADDRESS: '127.0.0.1',
    CLOUDSDK_PROXY_PORT: String(proxyPort),
    CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE: authority.caPath,
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenPath,
    CLOUDSDK_CORE_ACCOUNT: account,
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1',
    CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: '1',
    CLOUDSDK_CORE_CHECK_GCE_METADATA: '0',
    NO_GCE_CHECK: 'True',
    GCE_METADATA_ROOT: `127.0.0.1:${ports.plain}`,
    GCE_METADATA_HOST: `127.0.0.1:${ports.plain}`,
    // A person's own settings must not count.
    CLOUDSDK_CORE_PROJECT: undefined,
    CLOUDSDK_ACTIVE_CONFIG_NAME: undefined,
    GOOGLE_APPLICATION_CREDENTIALS: undefined,
    // curl and Python read the lower-case names, others the upper-case ones.
    https_proxy: proxy,
    HTTPS_PROXY: proxy,
    http_proxy: proxy,
    HTTP_PROXY: proxy,
    all_proxy: undefined,
    ALL_PROXY: undefined,
    no_proxy: none,
    NO_PROXY: none,
    CURL_CA_BUNDLE: authority.caPath,
    REQUESTS_CA_BUNDLE: authority.caPath,
    HTTPLIB2_CA_CERTS: authority.caPath,
    SSL_CERT_FILE: authority.caPath,
    NODE_EXTRA_CA_CERTS: authority.caPath,
    NODE_USE_ENV_PROXY: '1',
    // And what does not look at proxies at all.
    NODE_OPTIONS: `--import=${fileURLToPath(new URL('network.js', import.meta.url))}`,
    FAKE_TLS_PORT: String(ports.tls),
    FAKE_PLAIN_PORT: String(ports.plain),
  };
}
