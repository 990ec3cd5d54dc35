import { quote } from '../quote.ts';

/** What a compiled JSON Schema validator says of one defect. */
export interface SchemaViolation {
  readonly instancePath: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const maxShown = 5;
const maxPlaceCharacters = 200; // a key of the data is as long as its writer likes
const plainPlace = /^[\w./-]+$/;

/** Puts a validator's findings into one line: where, and what was wanted there. */
export function describeSchemaErrors(violations: readonly SchemaViolation[] | null | undefined): string {
  const lines = (violations ?? []).map(describe);
  const shown = lines.slice(0, maxShown);
  if (lines.length > maxShown) shown.push(`and ${lines.length - maxShown} more`);
  return shown.join('; ');
}

function describe({ instancePath, message, params }: SchemaViolation): string {
  const place = instancePath === '' ? 'the document' : placeOf(instancePath);
  const detail = params['additionalProperty'] ?? params['allowedValue'] ?? params['allowedValues'];
  return `${place} ${message ?? 'is wrong'}${detail === undefined ? '' : ` (${JSON.stringify(detail)})`}`;
}

/** Names a place as a dotted path, quoted where a key of the data could play tricks on a terminal. */
function placeOf(instancePath: string): string {
  const place = instancePath.slice(1, maxPlaceCharacters).replaceAll('/', '.');
  return plainPlace.test(place) ? place : quote(place);
}
