import { isIP } from 'node:net';
import { UsageError } from 'libofmt';

/** Where to listen. */
export interface ListenAddress {
  /** A number, not a name. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';

function isLoopback(host: string): boolean {
  // All ways to write ::1 are one address; `URL` knows how.
  const text = isIP(host) === 6 ? new URL(`http://[${host}]/`).hostname : host;
  return text === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** An address as a URL has it. */
export function formatListen({ host, port }: ListenAddress): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Understands `9464`, `127.0.0.1:9464`, `[::1]:9464` and `localhost:9464`. What everybody on the
 * network could reach has to be asked for.
 *
 * @throws {UsageError}
 */
export function parseListen(
  text: string,
  { anyAddress }: { readonly anyAddress: boolean },
): ListenAddress {
  const [, bracketed, plain, digits = ''] =
    /^(?:\[([^\]]*)\]:|([^:]*):)?([0-9]{1,5})$/.exec(text) ?? [];
  const named = bracketed ?? plain ?? LOOPBACK;
  const host = named === 'localhost' ? LOOPBACK : named === '' ? '0.0.0.0' : named;
  const port = Number(digits);
  const family = bracketed === undefined ? 4 : 6;
  if (digits === '' || port > 65_535 || isIP(host) !== family) {
    throw new UsageError(`invalid address: ${text}; it is port, addr:port or [addr]:port`);
  }
  if (!anyAddress && !isLoopback(host)) {
    throw new UsageError(`${host} can be reached from other hosts; if that is wanted: --public`);
  }
  return { host, port };
}
