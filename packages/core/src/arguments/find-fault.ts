type Kind =
  | 'text'
  | 'boolean'
  | 'count' // a whole number, 0 or more
  | 'amount' // any number, 0 or more
  | 'function'
  | 'bytes'
  | 'date'
  | 'signal'
  | 'url'
  | 'object'
  | 'list'
  | 'texts'
  | 'objects'
  | 'text map'
  | 'environment';

/** What an argument must be. A list names the methods that it must have, a shape the kinds of its members. */
export type ArgumentKind = Kind | readonly string[] | ArgumentShape;

/** The members of an object by name. A name that ends in `?` may be absent; members that it does not name are not looked at. */
export interface ArgumentShape {
  readonly [name: string]: ArgumentKind;
}

/** The shape of options that leaves none of their members out: a new one does not compile until it is checked as well. */
export type ShapeOf<Options extends object> = {
  readonly [Name in keyof Options & string as object extends Pick<Options, Name> ? `${Name}?` : Name]-?: ArgumentKind;
};

/** What each kind is in words that a message can use, and how it is told. */
const kinds: Readonly<Record<Kind, readonly [wanted: string, isSo: (value: unknown) => boolean]>> = {
  text: ['a text', isText],
  boolean: ['true or false', (value) => typeof value === 'boolean'],
  count: ['a whole number, 0 or more', (value) => Number.isSafeInteger(value) && Number(value) >= 0],
  amount: ['a number, 0 or more', (value) => typeof value === 'number' && value >= 0],
  function: ['a function', (value) => typeof value === 'function'],
  bytes: ['bytes (Uint8Array)', (value) => value instanceof Uint8Array],
  date: ['a Date', (value) => value instanceof Date && !Number.isNaN(value.getTime())],
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
  url: ['a URL', (value) => value instanceof URL],
  object: ['an object', isObject],
  list: ['a list', Array.isArray],
  texts: ['a list of texts', (value) => Array.isArray(value) && value.every(isText)],
  objects: ['a list of objects', (value) => Array.isArray(value) && value.every(isObject)],
  'text map': ['an object of texts', (value) => isObject(value) && Object.values(value).every(isText)],
  environment: [
    'an object of texts, like the environment',
    (value) => isObject(value) && Object.values(value).every((each) => each === undefined || isText(each)),
  ],
};

/** What to do about a fault. */
export const faultHint = "Correct the call: the function's types say what it takes.";

/**
 * Says what is wrong with the arguments of a call, for callers that no compiler checks: `options.now must be a function, not this number`.
 * Undefined if all of them are what they must be.
 * @param args by name; a name that ends in `?` may be absent.
 */
export function findFault(args: ArgumentShape, values: Readonly<Record<string, unknown>>): string | undefined {
  return faultOfMembers('', args, values);
}

function faultOfMembers(prefix: string, shape: ArgumentShape, values: Readonly<Record<string, unknown>>): string | undefined {
  for (const [key, kind] of Object.entries(shape)) {
    const isOptional = key.endsWith('?');
    const name = isOptional ? key.slice(0, -1) : key;
    const value = values[name];
    if (value === undefined && isOptional) continue;
    const fault = faultOf(`${prefix}${name}`, value, kind);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOf(name: string, value: unknown, kind: ArgumentKind): string | undefined {
  if (typeof kind === 'string') {
    const [wanted, isSo] = kinds[kind];
    return isSo(value) ? undefined : describe(name, value, wanted);
  }
  if (isMethods(kind)) return hasMethods(value, kind) ? undefined : describe(name, value, `an object with the methods ${kind.join(', ')}`);
  return isObject(value) ? faultOfMembers(`${name}.`, kind, value) : describe(name, value, 'an object');
}

/** Never the value itself: it may be a password. */
function describe(name: string, value: unknown, wanted: string): string {
  return value === undefined ? `${name} is missing; it must be ${wanted}` : `${name} must be ${wanted}, not ${nameOf(value)}`;
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'this list';
  if (Number.isNaN(value)) return 'NaN';
  return typeof value === 'object' ? 'this object' : `this ${typeof value}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isMethods(kind: ArgumentKind): kind is readonly string[] {
  return Array.isArray(kind);
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => typeof value[name] === 'function');
}
