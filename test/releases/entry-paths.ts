import fc from 'fast-check';
import { type EntryPath, parseEntryPath, PathSet } from '@release-capsule/schema';

const segments = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: fc.constantFrom(...Array.from('abcAB.-_ 1~#%@+=')), minLength: 1, maxLength: 8 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.integer({ min: 90, max: 255 }).map((length) => 'n'.repeat(length)) },
  { weight: 1, arbitrary: fc.constantFrom('é', '..a', 'a..b', '...a', '@PaxHeader', 'con', 'aux.yaml', 'C:', "'", '$(x)', '*', '%2e%2e') },
);

/** Any path that a capsule accepts, down to five directories. */
export const entryPaths: fc.Arbitrary<EntryPath> = fc
  .array(segments, { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join('/').normalize('NFC'))
  .filter(isEntryPath)
  .map((path) => parseEntryPath(path));

/** Any set of such paths without collisions. */
export const pathSets: fc.Arbitrary<readonly EntryPath[]> = fc.array(entryPaths, { maxLength: 15 }).map((paths) => {
  const set = new PathSet();
  return paths.filter((path) => fits(set, path));
});

function isEntryPath(path: string): boolean {
  try {
    return parseEntryPath(path) === path;
  } catch {
    return false;
  }
}

// A set that has refused a path may hold a part of it: what comes later is refused for that too, and left out.
function fits(set: PathSet, path: EntryPath): boolean {
  try {
    set.add(path);
    return true;
  } catch {
    return false;
  }
}
