import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the image says of its origin: the commit and its time, never the clock. SOURCE_DATE_EPOCH overrides the time. */
export function buildFacts(root, env) {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const { version, repository } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'));
  const isClean = git('status', '--porcelain') === '';
  const seconds = Number(env.SOURCE_DATE_EPOCH ?? git('log', '-1', '--format=%ct'));
  return {
    version,
    source: repository.url.replace(/^git\+/, '').replace(/\.git$/, ''),
    commit: git('rev-parse', 'HEAD'),
    // A tree with changes is no commit, and must not pass for one.
    revision: `${git('rev-parse', 'HEAD')}${isClean ? '' : '-dirty'}`,
    created: new Date(seconds * 1000).toISOString().replace('.000Z', 'Z'),
  };
}
