import type { DrawnText } from './draw-document.ts';
import { differencesOf } from './experiment.ts';
import type { GoReaders } from './go-readers.ts';

/** Takes lines and characters from a text for as long as the readers still differ on it. */
export async function minimiseText(readers: GoReaders, drawn: DrawnText): Promise<DrawnText> {
  const byLines = await minimiseParts(readers, drawn, /(?<=\n)/);
  return minimiseParts(readers, byLines, '');
}

async function minimiseParts(readers: GoReaders, drawn: DrawnText, separator: RegExp | ''): Promise<DrawnText> {
  let parts = drawn.text.split(separator);
  for (let size = Math.ceil(parts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < parts.length; ) {
      const fewer = parts.toSpliced(at, size);
      const differs = (await differencesOf(readers, { ...drawn, text: fewer.join('') })).length > 0;
      if (differs) parts = fewer;
      else at += size;
    }
  }
  return { ...drawn, text: parts.join('') };
}
