import { describe, expect, it } from 'vitest';
import type { PolicySigner } from '../policy/policy.ts';
import { refuseDate } from './refuse-date.ts';

const evidence = { logEntries: 0, timestamps: 0, scts: 0 };
const key: PolicySigner = { kind: 'key', label: 'a.pub', fingerprint: `sha256:${'e'.repeat(64)}`, publicKeyPem: '', evidence };
const now = Date.parse('2026-06-01T00:00:00Z');

describe('a signature outside the dates of its signer', () => {
  it('says on which day the policy stopped trusting the key', () => {
    const retired = { ...key, notAfterMs: Date.parse('2026-01-01T00:00:00Z') };

    expect(refuseDate({ signer: retired, signedAt: [] }, now)).toMatchObject({
      code: 'SIGNATURE_EXPIRED',
      message: 'is not trusted: the policy stopped trusting this key on 2026-01-01',
    });
  });

  it('says from when on it trusts the key, to the second where that is not midnight', () => {
    const early = { ...key, notBeforeMs: Date.parse('2026-07-01T12:30:00Z') };

    expect(refuseDate({ signer: early, signedAt: [] }, now)).toMatchObject({
      code: 'SIGNATURE_TOO_EARLY',
      message: 'is not trusted: the policy trusts this key from 2026-07-01T12:30:00.000Z on',
    });
  });
});
