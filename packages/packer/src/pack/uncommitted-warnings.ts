import { listOf } from './list-of.ts';
import type { UncommittedChange } from '../source/source.ts';
import type { PackWarning } from './pack-warning.ts';

const hint = 'Commit what belongs to the release, and pack again.';

/** Warns of what stands otherwise in the working tree than in the commit, one warning for each kind of change. */
export function uncommittedWarnings(changes: readonly UncommittedChange[]): readonly PackWarning[] {
  const texts: Readonly<Record<UncommittedChange['kind'], (paths: string, isOne: boolean) => string>> = {
    changed: (paths, isOne) => `${paths} ${isOne ? 'differs' : 'differ'} from the commit; what is packed is the commit's`,
    deleted: (paths, isOne) => `${paths} ${isOne ? 'is' : 'are'} deleted here and not in the commit; what is packed is the commit's`,
    added: (paths, isOne) => `${paths} ${isOne ? 'is' : 'are'} not in the commit, and not packed`,
  };
  return (['changed', 'deleted', 'added'] as const).flatMap((kind) => {
    const paths = changes.filter((change) => change.kind === kind).map(({ path }) => path);
    if (paths.length === 0) return [];
    return [{ code: 'UNCOMMITTED_CHANGE' as const, message: texts[kind](listOf(paths), paths.length === 1), hint }];
  });
}
