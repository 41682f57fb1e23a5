import type { Environment } from './environment.ts';

/** Where programs on this machine reach its own server, whatever it listens on. */
export function serverAddress({ http }: Environment): string {
  const host = http.host === '0.0.0.0' ? '127.0.0.1' : http.host === '::' ? '::1' : http.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${http.port}`;
}
