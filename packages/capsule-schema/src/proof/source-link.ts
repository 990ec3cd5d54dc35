import { SchemaError } from '../errors.ts';
import { quote } from '../quote.ts';
import { type LocatedEntry, locateGitEntry, type LinkText, readLink, type TreeWalk } from './tree-walk.ts';

/** A symbolic link of the commit. */
export interface SourceLink {
  /** Where the link itself lies, below the package's directory. */
  readonly path: string;
  /** Id of its blob. */
  readonly id: string;
  /** See {@link LinkRequest}. */
  readonly optional: boolean;
}

/** Where a symbolic link ends: at a file or directory of the package's directory, or nowhere that can be packed. */
export type ResolvedLink =
  | { readonly kind: 'file' | 'executable' | 'tree'; readonly path: string; readonly id: string }
  | { readonly kind: 'nothing'; readonly why: string };

/** Bound of a link's text, in bytes: Linux's PATH_MAX. */
export const maxLinkBytes: number = 4096;

/** Bound of the links that one package may follow: a record lists no more. */
export const maxFollowedLinks: number = 256;

const maxLinkHops = 16; // people make chains of two; a loop never ends

/**
 * Follows a link of the commit to a file or directory below the package's tree, through other links where needed; undefined
 * where it is not to be followed. Each text that is read is noted in `texts`, by the link's path. Only a relative
 * target without `..` after a name is followed: such a target means the same on every machine, whatever else is a link.
 * @throws {SchemaError} `LIMIT_EXCEEDED`; what reading a tree throws.
 */
export function* resolveSourceLink(
  tree: string,
  link: SourceLink,
  texts: Map<string, string>,
): TreeWalk<ResolvedLink | undefined> {
  let at = link;
  let rest: readonly string[] = [];
  let directoryOnly = false;
  for (let hops = 0; hops < maxLinkHops; hops += 1) {
    const answer = yield* linkText(at, texts);
    if (answer === undefined && at === link) return undefined;
    if (answer === undefined) return nothing(`it goes through the link ${quote(at.path)}, which is left out`);
    if ('why' in answer) return nothing(at === link ? answer.why : `it goes through the link ${quote(at.path)}: ${answer.why}`);
    const destination = linkDestination(at.path, answer.text);
    if (destination === undefined) return nothing(`its target ${quote(answer.text)} is not a path inside the package`);
    directoryOnly ||= rest.length === 0 && answer.text.endsWith('/');
    const next = [...(destination === '.' ? [] : [destination]), ...rest].join('/') || '.';
    const found: LocatedEntry | undefined = yield* locateGitEntry(tree, next);
    if (found === undefined) return nothing(`its target ${quote(next)} is not in the commit`);
    if (found.entry.kind !== 'link') return endOf(found, directoryOnly);
    at = { path: found.path, id: found.entry.id, optional: false };
    rest = found.rest;
  }
  return nothing(`it is a chain of more than ${maxLinkHops} links, or a loop`);
}

/**
 * Works out the path that a link names, relative to the package's directory, from the link's own path and text; `.` is
 * the package's directory itself. Returns undefined where the text is absolute, leaves the directory, or is not plain
 * enough to be followed. One slash at the end is left away: what it names can only be a directory.
 */
export function linkDestination(path: string, target: string): string | undefined {
  if (!target.isWellFormed() || Buffer.byteLength(target) > maxLinkBytes) return undefined;
  const from = path.split('/').slice(0, -1);
  const names: string[] = [];
  // An absolute target starts with an empty segment, which the last check refuses.
  for (const segment of target.replace(/(?<=.)\/$/s, '').split('/')) {
    if (segment === '.') continue;
    if (segment !== '..') names.push(segment);
    else if (names.length > 0 || from.pop() === undefined) return undefined;
  }
  const plain = names.every((name) => name !== '' && !name.includes('\\'));
  return plain ? [...from, ...names].join('/') || '.' : undefined;
}

function* linkText({ path, id, optional }: SourceLink, texts: Map<string, string>): TreeWalk<LinkText> {
  const known = texts.get(path);
  if (known !== undefined) return { text: known };
  const answer = yield* readLink({ link: id, path, optional });
  if (answer === undefined || 'why' in answer) return answer;
  texts.set(path, answer.text);
  if (texts.size <= maxFollowedLinks) return answer;
  throw new SchemaError('LIMIT_EXCEEDED', `the package follows more than ${maxFollowedLinks} symbolic links`, {
    hint: 'Commit the files in place of links, or leave links out with --exclude.',
  });
}

function endOf({ entry: { kind, id }, path }: LocatedEntry, directoryOnly: boolean): ResolvedLink {
  if (kind === 'submodule') return nothing(`its target ${quote(path)} is a submodule`);
  if (kind === 'link') return nothing(`its target ${quote(path)} is another link`);
  if (directoryOnly && kind !== 'tree') return nothing(`its target ${quote(path)} is not a directory`);
  return { kind, path, id };
}

function nothing(why: string): ResolvedLink {
  return { kind: 'nothing', why };
}
