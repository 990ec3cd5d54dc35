import { parseEntryPath } from '../path/entry-path.ts';
import { selectPaths } from '../path/glob.ts';
import { quote } from '../quote.ts';
import type { ReleaseRecord } from './release-record.ts';
import { checkNaming } from './check-naming.ts';
import { inconsistent } from './inconsistent.ts';
import { normaliseSourceUrl } from './source-url.ts';

/**
 * Checks what a JSON Schema cannot say: that the fields of a record agree with each other and hold real paths.
 * @throws {SchemaError} `RECORD_INCONSISTENT`, `PATH_INVALID`, `PATTERN_INVALID`, `SOURCE_URL_INVALID`.
 */
export function checkConsistency(record: ReleaseRecord): void {
  const { source } = record;
  if (record.package.path !== `package/${record.package.kind}`) {
    throw inconsistent(`package.path is "${record.package.path}"`, `"package/${record.package.kind}"`);
  }
  const repoURL = normaliseSourceUrl(source.repoURL);
  if (repoURL !== source.repoURL) {
    throw inconsistent(`source.repoURL is "${source.repoURL}"`, `its normal form, "${repoURL}"`);
  }
  if (source.path !== '.') parseEntryPath(source.path);
  if (source.tree !== undefined && source.tree.length !== record.gitCommit.length) {
    throw inconsistent('source.tree and gitCommit are of two object formats', 'one');
  }
  if (record.metadata.sourceProofPath !== undefined && source.tree === undefined) {
    throw inconsistent('there is a source proof but no source.tree', 'both or neither');
  }
  selectPaths(source.include, source.exclude);
  checkPaths('source.dereferenced', source.dereferenced);
  checkPaths('source.additions', source.additions);
  checkImages(record);
  checkNaming(record);
}

function checkPaths(list: string, items: readonly { readonly path: string }[]): void {
  const seen = new Set<string>();
  for (const { path } of items) {
    if (seen.has(parseEntryPath(path))) throw inconsistent(`${list} lists ${quote(path)} twice`, 'each once');
    seen.add(path);
  }
}

function checkImages({ image, images }: ReleaseRecord): void {
  const seen = new Set<string>();
  for (const locked of images) {
    const name = `${locked.repoURL}@${locked.digest}`;
    if (seen.has(name)) throw inconsistent(`images lists ${name} twice`, 'each once');
    seen.add(name);
  }
  if (image !== undefined && seen.has(`${image.repoURL}@${image.digest}`)) {
    throw inconsistent('images lists the application image as well', 'only the others there');
  }
}
