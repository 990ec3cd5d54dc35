import { checkLayout } from '../archive/capsule-layout.ts';
import { SchemaError } from '../errors.ts';
import { checkSourceProof } from '../proof/check-source-proof.ts';
import { parseSourceProof } from '../proof/source-proof.ts';
import { checkPackageDigest } from './check-package-digest.ts';
import { checkPackageKind } from './check-package-kind.ts';
import { checkRecordFile } from './check-record-file.ts';
import { packageFiles } from './package-files.ts';
import { type CapsuleContent, readContent, type ReadContentOptions } from './read-content.ts';

/**
 * Reads a layer and throws at the first claim on its content that does not hold: archive, layout, record, package,
 * digest, source proof. Packer and signer run it on what they are about to publish.
 * @throws {SchemaError} the code of the claim that failed.
 */
export async function assertContent(
  layer: AsyncIterable<Uint8Array>,
  options: ReadContentOptions,
): Promise<CapsuleContent> {
  const { record, manifest } = options;
  const content = await readContent(layer, options);
  checkLayout(content.files, record);
  checkRecordFile(content.kept, record);
  const files = packageFiles(content.files, record);
  checkPackageKind(record.package.kind, files.map(({ path }) => path));
  checkPackageDigest(content.files, record);
  const proof = content.kept.get(record.metadata.sourceProofPath ?? '');
  if (proof === undefined) return content;
  const { gitCommit, source } = record;
  const result = checkSourceProof(parseSourceProof(proof), { gitCommit, source, committedAt: manifest.createdAt, files });
  if (result.state === 'refuted') {
    const reasons = result.reasons.map(({ message, path }) => (path === undefined ? message : `${path}: ${message}`)).join('; ');
    throw new SchemaError('SOURCE_PROOF_REFUTED', `the files are not those of commit ${gitCommit}: ${reasons}`);
  }
  return content;
}
