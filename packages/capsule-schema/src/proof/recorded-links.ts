import { quote } from '../quote.ts';
import type { DereferencedLink } from '../record/release-record.ts';
import { type GitObjectFormat, hashGitObject } from './git-object.ts';
import type { LinkRequest, LinkText } from './tree-walk.ts';

/** The links that a record lists, as the answers to a walk that asks for their texts. */
export class RecordedLinks {
  readonly #format: GitObjectFormat;
  readonly #targets: ReadonlyMap<string, string>;
  readonly #asked = new Set<string>();

  constructor(links: readonly DereferencedLink[], format: GitObjectFormat) {
    this.#targets = new Map(links.map(({ path, target }) => [path, target]));
    this.#format = format;
  }

  /** Gives the text of a link that is listed. It decides where the link leads, so it must be the commit's own. */
  text({ link, path }: LinkRequest): LinkText {
    const text = this.#targets.get(path);
    if (text === undefined) return undefined;
    this.#asked.add(path);
    if (hashGitObject(this.#format, 'blob', Buffer.from(text, 'utf8')) === link) return { text };
    return { why: `the commit's link does not read ${quote(text)}` };
  }

  /** The paths that are listed and that no walk has asked for. */
  get unused(): readonly string[] {
    return [...this.#targets.keys()].filter((path) => !this.#asked.has(path));
  }
}
