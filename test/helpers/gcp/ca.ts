import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A throwaway certificate authority, and one server certificate for all hosts of the fake. */

const run = promisify(execFile);

export interface Authority {
  /** Path of the PEM that clients have to trust. */
  readonly caPath: string;
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

/** Elliptic keys: an RSA one may take half a second. */
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export async function makeAuthority(folder: string, hosts: readonly string[]): Promise<Authority> {
  const at = (name: string) => join(folder, name);
  // A configuration of our own: the machine's may add what some clients refuse. Python 3.13 wants the key identifiers.
  writeFileSync(
    at('openssl.cnf'),
    `[req]
distinguished_name=dn
[dn]
[ca]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[leaf]
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}
`,
  );
  const make = (...args: string[]) =>
    run('openssl', ['req', '-x509', '-config', at('openssl.cnf'), ...NEW_KEY, '-days', '2', ...args]);
  await make('-extensions', 'ca', '-subj', '/CN=Fake of Google Cloud', '-keyout', at('ca.key'), '-out', at('ca.pem'));
  const issued = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-subj', '/CN=fake'];
  await make('-extensions', 'leaf', ...issued, '-keyout', at('leaf.key'), '-out', at('leaf.pem'));
  const read = (name: string) => readFileSync(at(name), 'utf8');
  return { caPath: at('ca.pem'), ca: read('ca.pem'), key: read('leaf.key'), cert: read('leaf.pem') };
}
