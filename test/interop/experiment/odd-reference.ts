import type { Draw } from './draw.ts';
import { disguisedReference, outsideReference, respelledReference, yamlLikeReference } from './references-outside.ts';
import { nearlyRemoteReference, remoteReference } from './remote-references.ts';
import type { Writing } from './writing.ts';
import { mapReferences, type ReferenceKind, type Text, type Value } from './yaml-value.ts';

const oddReferences: Readonly<Record<string, (value: Text, kind: ReferenceKind, directory: string, odd: Draw) => string>> = {
  outside: (_, kind, directory, odd) => outsideReference(kind, directory, odd),
  remote: (_, _kind, _directory, odd) => remoteReference(odd),
  'near-remote': (_, _kind, _directory, odd) => nearlyRemoteReference(odd),
  disguised: (_, kind, directory, odd) => disguisedReference(kind, directory, odd),
  'yaml-like': (_, kind, directory, odd) => yamlLikeReference(kind, directory, odd),
  respelled: (value, _, directory, odd) => respelledReference(value.text, directory, odd),
};

/** Where a field takes YAML as well as a path. */
const ambiguousKinds: readonly ReferenceKind[] = ['merge', 'generator', 'transformer'];

/** What a reference says; each way in which it may be odd is as likely as any other oddity. */
export function oddReference(value: Text, { draw, directory, decoy }: Writing): string {
  const kind = value.reference;
  if (kind === undefined) return value.text;
  let changed = value.text;
  for (const [name, change] of Object.entries(oddReferences)) {
    if (name === 'yaml-like' && !ambiguousKinds.includes(kind)) continue;
    const odd = draw.odd(name);
    if (odd === undefined) continue;
    changed = change(value, kind, directory, odd);
    if (odd.chance(85)) decoy?.(changed, kind, odd);
  }
  return changed;
}

/** The same value with its references led outside. */
export function outsideOf(value: Value, directory: string, draw: Draw): Value {
  return mapReferences(value, (kind) => (draw.chance(30) ? remoteReference(draw) : outsideReference(kind, directory, draw)));
}
