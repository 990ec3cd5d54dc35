import type { ListenAddress } from '@release-capsule/verifier/service';
import { CliError } from '../errors.ts';

const maxPort = 65_535;

/**
 * Parses `HOST:PORT`; an IPv6 address stands in brackets.
 * @throws {CliError} `OPTION_INVALID`.
 */
export function parseListenAddress(text: string): ListenAddress {
  const [, bracketed, name, digits] = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9.-]{1,253})):([0-9]{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? name;
  const port = Number(digits);
  if (host !== undefined && port <= maxPort) return { host, port };
  throw new CliError('OPTION_INVALID', `--listen is ${JSON.stringify(text)}`, {
    hint: 'Give HOST:PORT, such as 127.0.0.1:8080, 0.0.0.0:8443 or [::]:8443.',
  });
}
