import type { RootPart, RootPartKind } from './root-part.ts';

/** Something that somebody who relies on a trusted root should know. */
export interface RootWarning {
  readonly code: 'NOTHING_CURRENT' | 'ENDS_SOON' | 'PERIOD_OPEN';
  readonly message: string;
}

const soonMs = 30 * 86_400_000; // a month, in which a new root can be got to the last of the air-gapped machines

const nouns: Readonly<Record<RootPartKind, string>> = {
  'certificate-authority': 'certificate authority',
  'transparency-log': 'transparency log',
  'certificate-log': 'certificate log',
  'timestamp-authority': 'timestamp authority',
};

/** Finds what makes a trusted root useless for new signatures, soon will, or was left undone. */
export function findRootWarnings(parts: readonly RootPart[], now: Date): readonly RootWarning[] {
  const kinds = [...new Set(parts.map(({ kind }) => kind))];
  return [...kinds.flatMap((kind) => usabilityOf(kind, parts, now)), ...parts.flatMap(openPeriod)];
}

function usabilityOf(kind: RootPartKind, parts: readonly RootPart[], now: Date): readonly RootWarning[] {
  const ends = parts.filter((part) => part.kind === kind && part.state === 'current').map(usableUntil);
  const last = Math.max(...ends);
  if (last < now.getTime()) {
    const message = `no ${nouns[kind]} is in use now: what is signed today cannot be verified with this root`;
    return [{ code: 'NOTHING_CURRENT', message }];
  }
  if (last - now.getTime() > soonMs) return [];
  const message = `the last ${nouns[kind]} ends on ${new Date(last).toISOString().slice(0, 10)}: get a newer root before`;
  return [{ code: 'ENDS_SOON', message }];
}

function usableUntil({ until, certificatesUntil }: RootPart): number {
  return Math.min(until?.getTime() ?? Infinity, certificatesUntil?.getTime() ?? Infinity);
}

/** A period that nobody closed when its key was replaced: the old key counts for ever, whoever has it by then. */
function openPeriod({ kind, url, name, from, until }: RootPart, _index: number, parts: readonly RootPart[]): readonly RootWarning[] {
  const isReplaced = parts.some((other) => other.kind === kind && other.url === url && other.from > from);
  if (until !== undefined || !isReplaced) return [];
  return [{ code: 'PERIOD_OPEN', message: `${nouns[kind]} ${name} at ${url} has been replaced, and its period has no end` }];
}
