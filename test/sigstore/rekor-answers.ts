import { createHash } from 'node:crypto';
import type { TestLog } from './test-log.ts';

/** Answers as Rekor v1 does: with the entry in its canonical form, which is not the proposed one. */
export function answerRekorV1(log: TestLog, text: string): object {
  const { kind, spec } = JSON.parse(text);
  const body = Buffer.from(JSON.stringify({ apiVersion: '0.0.1', kind, spec: kind === 'dsse' ? canonicalDsse(spec) : spec }));
  const { logIndex, treeSize, rootHash, hashes: path, checkpoint } = log.append(body);
  const hashes = path.map((hash) => hash.toString('hex'));
  const promised = {
    body: body.toString('base64'),
    integratedTime: Math.floor(Date.now() / 1000),
    logID: log.logId.toString('hex'),
    logIndex,
  };
  return {
    [`${'0'.repeat(16)}${createHash('sha256').update(body).digest('hex')}`]: {
      ...promised,
      verification: {
        inclusionProof: { checkpoint, hashes, logIndex, rootHash: rootHash.toString('hex'), treeSize },
        signedEntryTimestamp: log.sign(Buffer.from(JSON.stringify(promised))).toString('base64'),
      },
    },
  };
}

interface ProposedDsse {
  readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] };
}

function canonicalDsse({ proposedContent }: ProposedDsse): object {
  const { envelope, verifiers } = proposedContent;
  const { payload, signatures } = JSON.parse(envelope);
  return {
    envelopeHash: { algorithm: 'sha256', value: createHash('sha256').update(envelope).digest('hex') },
    payloadHash: { algorithm: 'sha256', value: createHash('sha256').update(Buffer.from(payload, 'base64')).digest('hex') },
    signatures: [{ signature: signatures[0].sig, verifier: verifiers[0] }],
  };
}

/** Answers as rekor-tiles v2.3.0 does: it takes hashedrekord alone. */
export function answerRekorV2(log: TestLog, text: string): object {
  const { digest, signature } = JSON.parse(text).hashedRekordRequestV002;
  const { keyDetails, ...named } = signature.verifier;
  const algorithm = keyDetails === 'PKIX_ECDSA_P384_SHA_384' ? 'SHA2_384' : 'SHA2_256';
  const logged = { data: { algorithm, digest }, signature: { content: signature.content, verifier: { keyDetails, ...named } } };
  const body = Buffer.from(JSON.stringify({ apiVersion: '0.0.2', kind: 'hashedrekord', spec: { hashedRekordV002: logged } }));
  const { logIndex, treeSize, rootHash, hashes, checkpoint } = log.append(body);
  return {
    logIndex: String(logIndex),
    logId: { keyId: log.logId.toString('base64') },
    kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
    integratedTime: '0',
    inclusionProof: {
      logIndex: String(logIndex),
      rootHash: rootHash.toString('base64'),
      treeSize: String(treeSize),
      hashes: hashes.map((hash) => hash.toString('base64')),
      checkpoint: { envelope: checkpoint },
    },
    canonicalizedBody: body.toString('base64'),
  };
}
