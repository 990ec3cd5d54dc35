/** What a compiled JSON Schema validator says of one defect. */
export interface SchemaViolation {
  readonly instancePath: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const maxShown = 5;

/** Puts a validator's findings into one line: where, and what was wanted there. */
export function describeSchemaErrors(violations: readonly SchemaViolation[] | null | undefined): string {
  const lines = (violations ?? []).map(describe);
  const shown = lines.slice(0, maxShown);
  if (lines.length > maxShown) shown.push(`and ${lines.length - maxShown} more`);
  return shown.join('; ');
}

function describe({ instancePath, message, params }: SchemaViolation): string {
  const place = instancePath === '' ? 'the document' : instancePath.slice(1).replaceAll('/', '.');
  const detail = params['additionalProperty'] ?? params['allowedValue'] ?? params['allowedValues'];
  return `${place} ${message ?? 'is wrong'}${detail === undefined ? '' : ` (${JSON.stringify(detail)})`}`;
}
