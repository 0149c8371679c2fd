/** A URL has its IPv4 address in this one form, however it was written; `127.example.com` is a name. */
const IPV4 = /^127(\.\d{1,3}){3}$/;

/** Is this URL on this very machine? By its words alone: no name is looked up. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || IPV4.test(hostname);
}
