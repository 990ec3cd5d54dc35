import { selectServices } from './select-services.ts';
import type { SigningConfig } from './signing-config.ts';

/** A transparency log, and the version of its API. */
export interface LogService {
  readonly url: URL;
  readonly majorApiVersion: 1 | 2;
}

/** The services that one signature uses. */
export interface SigningServices {
  /** Issues certificates; a key needs none. */
  readonly certificateAuthority?: URL;
  readonly logs: readonly LogService[];
  readonly timestampAuthorities: readonly URL[];
}

/**
 * Chooses the services of a signing configuration. Kinds that it does not list are not used; a configuration without a
 * certificate authority serves keys.
 * @throws {PackError} `SIGNING_CONFIG_INVALID` where a kind is listed, and none of it can be used now.
 */
export function chooseServices(config: SigningConfig, now: Date): SigningServices {
  const { certificateAuthorities, logs, logSelector, timestampAuthorities, timestampSelector } = config;
  const select: typeof selectServices = (services, options) => (services.length === 0 ? [] : selectServices(services, options));
  const [authority] = select(certificateAuthorities, { what: 'certificate authority', versions: [1], selector: { kind: 'any' }, now });
  const chosenLogs = select(logs, { what: 'transparency log', versions: [1, 2], selector: logSelector, now });
  const chosenClocks = select(timestampAuthorities, { what: 'timestamp authority', versions: [1], selector: timestampSelector, now });
  return {
    ...(authority !== undefined && { certificateAuthority: authority.url }),
    logs: chosenLogs.map(({ url, majorApiVersion }) => ({ url, majorApiVersion: majorApiVersion === 2 ? 2 : 1 })),
    timestampAuthorities: chosenClocks.map(({ url }) => url),
  };
}
