import { createHash } from 'node:crypto';
import {
  buildSourceProof,
  checkSourceProof,
  gitObjectFormat,
  hashGitObject,
  type PackedFile,
  parseSourceProof,
  type SourceProofResult,
} from '@release-capsule/schema';
import type { SourcePackage, SourceSelection } from '../source.ts';
import { readText } from './git-fixture.ts';

/** Builds the package's proof, reads it back and judges it over the package's own bytes. */
export async function proveSource(opened: SourcePackage, selection: SourceSelection): Promise<SourceProofResult> {
  const { commit: gitCommit, proof, tree = '', dereferenced, committedAt } = opened;
  if (proof === undefined) throw new Error('a package from Git has a proof');
  const files: PackedFile[] = [];
  for (const file of opened.files) {
    const body = Buffer.from(await readText(file));
    const blobId = hashGitObject(gitObjectFormat(gitCommit), 'blob', body);
    files.push({ path: file.path, executable: file.executable, blobId,
      sha256: createHash('sha256').update(body).digest('hex') });
  }
  const { path, include, exclude } = selection;
  const source = { repoURL: 'https://example.com/a', path, tree, include, exclude, dereferenced, additions: [] };
  const parsed = parseSourceProof(buildSourceProof({ gitCommit, ...proof }));
  return checkSourceProof(parsed, { gitCommit, source, committedAt, files });
}
