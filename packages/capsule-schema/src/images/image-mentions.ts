import { type ImageText, parseImageText } from './image-text.ts';

/** An image of a known name inside a text. */
export interface Mention {
  readonly start: number;
  readonly end: number;
  readonly image: ImageText;
}

const nameCharacter = /[A-Za-z0-9._/:@-]/;
const version = /(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[A-Za-z0-9+._-]{1,32}:[0-9a-fA-F]{32,128})?/y;

/**
 * Finds where a text says one of some names with a tag or a digest: in an environment variable, an argument, the text of
 * a ConfigMap. A name alone is not one: it can be any word.
 */
export function findMentions(text: string, names: readonly string[]): readonly Mention[] {
  const found = names.flatMap((name) => mentionsOf(text, name));
  return found.sort((a, b) => a.start - b.start);
}

function mentionsOf(text: string, name: string): readonly Mention[] {
  const found: Mention[] = [];
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    if (at > 0 && nameCharacter.test(text[at - 1] ?? '')) continue;
    version.lastIndex = at + name.length;
    const suffix = version.exec(text)?.[0].replace(/[.-]+$/, '') ?? '';
    const end = at + name.length + suffix.length;
    const image = suffix === '' || /[/:@\w]/.test(text[end] ?? '') ? undefined : parseImageText(name + suffix);
    if (image !== undefined) found.push({ start: at, end, image });
  }
  return found;
}
