import { PackError } from '../../errors.ts';
import type { ServiceSelector, SigningService } from './signing-config.ts';

/** What services are chosen by. */
export interface SelectServicesOptions {
  /** Names the kind of service in messages: `transparency log`. */
  readonly what: string;
  /** The major versions of the API that can be spoken. */
  readonly versions: readonly number[];
  readonly selector: ServiceSelector;
  readonly now: Date;
}

/**
 * Chooses the services to sign with: of the newest version of the API that is spoken by any of them now, the newest
 * service of each operator, and of those one, all or a number. Of equals the newest is taken, never a random one: a
 * release must be explicable.
 * Source: sigstore-go v1.2.2, pkg/root/signing_config.go, `SelectServices`.
 * @throws {PackError} `SIGNING_CONFIG_INVALID` where there are too few.
 */
export function selectServices(services: readonly SigningService[], options: SelectServicesOptions): readonly SigningService[] {
  const { what, versions, selector, now } = options;
  const usable = services.filter((service) => versions.includes(service.majorApiVersion) && isValidAt(service, now));
  const newest = Math.max(...usable.map(({ majorApiVersion }) => majorApiVersion));
  const candidates = newestOfEachOperator(usable.filter(({ majorApiVersion }) => majorApiVersion === newest));
  const wanted = selector.kind === 'exact' ? selector.count : 1;
  if (candidates.length < wanted) throw tooFew({ what, versions, now, found: candidates.length, wanted, listed: services.length });
  return selector.kind === 'all' ? candidates : candidates.slice(0, wanted);
}

function isValidAt({ start, end }: SigningService, now: Date): boolean {
  return (start === undefined || start <= now) && (end === undefined || now <= end);
}

function newestOfEachOperator(services: readonly SigningService[]): readonly SigningService[] {
  const operators = new Set<string>();
  return services
    .toSorted((a, b) => (b.start?.getTime() ?? 0) - (a.start?.getTime() ?? 0))
    .filter(({ operator }) => !operators.has(operator) && operators.add(operator) !== undefined);
}

interface Shortage {
  readonly what: string;
  readonly versions: readonly number[];
  readonly now: Date;
  readonly found: number;
  readonly wanted: number;
  readonly listed: number;
}

function tooFew({ what, versions, now, found, wanted, listed }: Shortage): PackError {
  const usable = `usable at ${now.toISOString()} with version ${versions.join(' or ')} of the API`;
  const message = `the signing configuration wants ${wanted} ${what}: of ${listed}, ${found} are ${usable}`;
  return new PackError('SIGNING_CONFIG_INVALID', message, {
    hint: 'Check the clock, and that the configuration is current.',
  });
}
