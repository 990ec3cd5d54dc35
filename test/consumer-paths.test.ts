import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { gzipCanonical, type EntryPath, writeArchive } from '@release-capsule/schema';
import { Parser } from 'tar';
import { expect, it } from 'vitest';
import { pathSets } from './releases/entry-paths.ts';

/** Writes files of these names as a capsule's layer holds them. */
async function layerOf(paths: readonly EntryPath[]): Promise<Buffer> {
  const files = paths.map((path) => ({ path, size: 0, executable: false, content: () => nothing() }));
  return Buffer.concat(await Array.fromAsync(gzipCanonical(writeArchive(files, { mtime: 1 }))));
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array();
}

/** Lists what another reader finds in a layer: name and type. */
async function entriesOf(layer: Buffer): Promise<readonly { readonly path: string; readonly type: string }[]> {
  const entries: { path: string; type: string }[] = [];
  const parser = new Parser({ strict: true });
  parser.on('entry', (entry) => {
    entries.push({ path: entry.path, type: entry.type });
    entry.resume();
  });
  const ended = new Promise((resolve, reject) => parser.on('end', resolve).on('error', reject).on('abort', reject));
  parser.end(gunzipSync(layer));
  await ended;
  return entries;
}

/**
 * Kargo's `untar` skips a name, without a word, that is empty, absolute, begins with "./" or holds "../" or a backslash.
 * Source: Kargo v1.11.2, pkg/promotion/runner/builtin/tar_extractor.go, `validRelPath`.
 */
function keptByKargo(name: string): string | undefined {
  return name === '' || /^\.?\/|\.\.\/|\\/.test(name) ? undefined : clean(name);
}

/**
 * Flux refuses a name that is empty, absolute, or holds "../" or a backslash.
 * Source: fluxcd/pkg, tar/untar.go, `validRelPath`.
 */
function keptByFlux(name: string): string | undefined {
  return name === '' || /^\/|\.\.\/|\\/.test(name) ? undefined : clean(name);
}

/** Go's `filepath.Clean` on a relative name. */
function clean(name: string): string {
  const kept: string[] = [];
  for (const segment of name.split('/')) {
    if (segment === '..' && kept.length > 0) kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return kept.join('/');
}

it.each([
  ['Kargo', keptByKargo],
  ['Flux', keptByFlux],
])('%s keeps every entry of a capsule, under the name that it has there', async (_consumer, keep) => {
  await fc.assert(
    fc.asyncProperty(pathSets.filter(({ length }) => length > 0), async (paths) => {
      const entries = await entriesOf(await layerOf(paths));

      const files = entries.filter(({ type }) => type === 'File').map(({ path }) => keep(path));
      const directories = entries.filter(({ type }) => type === 'Directory').map(({ path }) => keep(path));
      expect(new Set(files)).toEqual(new Set(paths));
      expect(files).toHaveLength(paths.length);
      expect(directories).not.toContain(undefined);
      expect(entries).toHaveLength(files.length + directories.length);
    }),
    { numRuns: 200 },
  );
});
