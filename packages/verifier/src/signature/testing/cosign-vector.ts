/**
 * A signature made with cosign 3.1.3 for this test, by a key thrown away since:
 * `cosign sign --key cosign.key --use-signing-config=false --tlog-upload=false`.
 */
export const cosignVector: Readonly<Record<'digest' | 'publicKeyPem' | 'bundle', string>> = {
  digest: 'sha256:8d14e350eb1de20a27793d5faf2f8f84636fa3faa0650a4267e4e97b0e301855',
  publicKeyPem: `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEDp0k/GPJQiZ+knCw2jdpFJ62A2Z8
Bi0ltHybexOL9sCfKw/r9Xl+FKK4JZiSpOUEh6KHiOUxSsUIEc6ktPqMrA==
-----END PUBLIC KEY-----
`,
  bundle:
    '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial":{"publicKey":{"' +
    'hint":"D2fOBtqqhRQgFXLTTmJsV0h62cIrhmFfCiaRUijhXjE="}}, "dsseEnvelope":{"payload":"eyJfdHlwZSI6Imh0d' +
    'HBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCAic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6IjhkMTRlMzUwZWIxZ' +
    'GUyMGEyNzc5M2Q1ZmFmMmY4Zjg0NjM2ZmEzZmFhMDY1MGE0MjY3ZTRlOTdiMGUzMDE4NTUifSwgImFubm90YXRpb25zIjp7fX1dL' +
    'CAicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8vc2lnc3RvcmUuZGV2L2Nvc2lnbi9zaWduL3YxIiwgInByZWRpY2F0ZSI6e319", "p' +
    'ayloadType":"application/vnd.in-toto+json", "signatures":[{"sig":"MEQCIFZXQPYiMYAD5Y2X3y9mWliemKUpbo' +
    'AWxIl1CuARlvLXAiBefR38Xn0xFcY8bPLaYJ5rDiA++CjgNanc1D39RqxyVg=="}]}}',
};
