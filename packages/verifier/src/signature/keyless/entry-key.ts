import { createPublicKey, type KeyObject } from 'node:crypto';
import { isJsonObject, parseStrictJson } from '@release-capsule/oci';
import type { SignedEntity } from '@sigstore/verify';
import { refuse, type Refusal } from '../refusal.ts';

/**
 * Tells why log entries are not for the key or certificate that has signed, or returns nothing. @sigstore/verify compares
 * signature and digest alone, and for one ECDSA signature other keys can be found that verify it.
 * Source: rekor v1.5, pkg/types/{hashedrekord,dsse,intoto}; rekor-tiles v2.3.0, api/proto/rekor/v2/entry.proto;
 * sigstore-go v1.2, pkg/verify/tlog.go, which compares likewise.
 */
export function refuseEntryKeys({ key, tlogEntries }: SignedEntity, verifiedKey: KeyObject | undefined): Refusal | undefined {
  for (const { canonicalizedBody } of tlogEntries) {
    const named = readEntryKey(parseStrictJson(canonicalizedBody, 'the log entry'));
    if (named === undefined || !isSame(named, { key, verifiedKey })) {
      return refuse('SIGNATURE_LOG_OTHER_BYTES', 'has a log entry that names another key or certificate');
    }
  }
  return undefined;
}

// Where each kind of entry names the key: PEM in base64, or DER in base64.
const places: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'hashedrekord 0.0.1': [['spec', 'signature', 'publicKey', 'content']],
  'dsse 0.0.1': [['spec', 'signatures', '0', 'verifier']],
  'intoto 0.0.2': [['spec', 'content', 'envelope', 'signatures', '0', 'publicKey']],
  'hashedrekord 0.0.2': verifierIn('spec', 'hashedRekordV002', 'signature'),
  'dsse 0.0.2': verifierIn('spec', 'dsseV002', 'signatures', '0'),
};

function verifierIn(...path: readonly string[]): readonly (readonly string[])[] {
  return ['x509Certificate', 'publicKey'].map((kind) => [...path, 'verifier', kind, 'rawBytes']);
}

function readEntryKey(body: unknown): Buffer | undefined {
  const kind = isJsonObject(body) ? `${String(body['kind'])} ${String(body['apiVersion'])}` : '';
  const texts = (places[kind] ?? []).map((path) => valueAt(body, path)).filter((value) => typeof value === 'string');
  const [text] = texts;
  if (text === undefined || texts.length !== 1) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return kind.endsWith(' 0.0.2') && !kind.startsWith('intoto') ? bytes : derOf(bytes);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (Array.isArray(inner)) return inner.length === 1 ? inner[Number(key)] : undefined;
    return isJsonObject(inner) ? inner[key] : undefined;
  }, value);
}

const pemPattern = /^-----BEGIN (CERTIFICATE|PUBLIC KEY)-----\n([A-Za-z0-9+/=\n]+)-----END \1-----\n?$/;

function derOf(pem: Buffer): Buffer | undefined {
  const [, , base64] = pemPattern.exec(pem.toString('latin1').replaceAll('\r', '')) ?? [];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
}

interface SignedWith {
  readonly key: SignedEntity['key'];
  readonly verifiedKey: KeyObject | undefined;
}

function isSame(named: Buffer, { key, verifiedKey }: SignedWith): boolean {
  if (key.$case === 'certificate' && named.equals(key.certificate.root.toDER())) return true;
  const signing = verifiedKey ?? (key.$case === 'certificate' ? readKey(key.certificate.publicKey) : undefined);
  return signing !== undefined && readKey(named)?.equals(signing) === true;
}

function readKey(der: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    return undefined; // a certificate of somebody else
  }
}
