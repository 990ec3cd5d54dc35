import type { Scalar } from 'yaml';
import { formatImageText } from './image-text.ts';
import type { Mention } from './image-mentions.ts';

/** A change of a text: what stands from `start` to `end` is replaced. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** The text that the scalar then has. */
  readonly expected: string;
}

/**
 * Spells a scalar anew, in the style that it has, with another text of one line.
 * Undefined if the old text is not in it letter by letter.
 */
export function respellScalar(source: string, { type }: Scalar, from: string, to: string): string | undefined {
  if (type === 'QUOTE_DOUBLE') return `"${to}"`;
  if (type === 'QUOTE_SINGLE') return `'${to}'`;
  // A registry that is named by its IPv6 address begins with a bracket.
  if (type === 'PLAIN') return /^[A-Za-z0-9]/.test(to) ? to : `"${to}"`;
  // A block scalar keeps its header and its indentation.
  const at = source.indexOf(from, source.indexOf('\n'));
  return at === -1 ? undefined : `${source.slice(0, at)}${to}${source.slice(at + from.length)}`;
}

/**
 * Replaces the images of known names inside the spelling of a scalar. Undefined if the spelling does not show the same
 * images as the text: an escape or the end of a line stands inside one.
 */
export function respellMentions(source: string, mentions: readonly Mention[], { find, replace }: MentionRule): string | undefined {
  const spelled = find(source);
  const same = spelled.length === mentions.length && spelled.every(({ image }, index) => isSame(image, mentions[index]?.image));
  return same ? replaceMentions(source, spelled, replace) : undefined;
}

/** Which images in a text are replaced, and by what. */
export interface MentionRule {
  readonly find: (text: string) => readonly Mention[];
  readonly replace: (mention: Mention) => string;
}

/** Replaces images inside a text. */
export function replaceMentions(text: string, mentions: readonly Mention[], replace: (mention: Mention) => string): string {
  let done = 0;
  const parts: string[] = [];
  for (const mention of mentions) {
    parts.push(text.slice(done, mention.start), replace(mention));
    done = mention.end;
  }
  return parts.join('') + text.slice(done);
}

/** Makes all changes of a text at once; they are in order and do not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let done = 0;
  const parts: string[] = [];
  for (const { start, end, replacement } of splices) {
    parts.push(text.slice(done, start), replacement);
    done = end;
  }
  return parts.join('') + text.slice(done);
}

function isSame(image: Mention['image'], other: Mention['image'] | undefined): boolean {
  return other !== undefined && formatImageText(image) === formatImageText(other);
}
