import { X509Certificate } from 'node:crypto';

const mediaType = 'application/vnd.dev.sigstore';

/** Writes down whom to trust. Source: protobuf-specs v0.5.1, sigstore_trustroot.proto, TrustedRoot. */
export function trustedRoot({ fulcio, rekor, certificateLog, timestampAuthority }, start) {
  return {
    mediaType: `${mediaType}.trustedroot+json;version=0.1`,
    tlogs: [log(rekor, 'PKIX_ED25519', start)],
    certificateAuthorities: [authority(fulcio)],
    ctlogs: [log(certificateLog, 'PKIX_ECDSA_P256_SHA_256', start)],
    timestampAuthorities: [authority(timestampAuthority)],
  };
}

/** Writes down where to sign: with a log or without. Source: the same, SigningConfig. */
export function signingConfig({ fulcio, rekor, timestampAuthority, identityProvider }, start, { logged = true } = {}) {
  const service = (url, majorApiVersion) => [{ url, majorApiVersion, validFor: { start }, operator: 'private-sigstore' }];
  return {
    mediaType: `${mediaType}.signingconfig.v0.2+json`,
    caUrls: service(fulcio.url, 1),
    oidcUrls: service(identityProvider.email, 1),
    ...(logged && { rekorTlogUrls: service(rekor.url, 2) }),
    tsaUrls: service(timestampAuthority.url, 1),
    rekorTlogConfig: logged ? { selector: 'ANY' } : {},
    tsaConfig: { selector: 'ANY' },
  };
}

/** Writes a time as Go's protojson does. */
export function wholeSeconds(date) {
  return date.toISOString().replace(/\.[0-9]+Z$/, 'Z');
}

function log({ url, spki, id }, keyDetails, start) {
  const publicKey = { rawBytes: spki.toString('base64'), keyDetails, validFor: { start } };
  return { baseUrl: url, hashAlgorithm: 'SHA2_256', publicKey, logId: { keyId: id.toString('base64') } };
}

function authority({ url, certificates }) {
  const chain = certificates.map((pem) => new X509Certificate(pem));
  const root = chain.at(-1);
  return {
    subject: { organization: nameOf(root, 'O'), commonName: nameOf(root, 'CN') },
    uri: url,
    certChain: { certificates: chain.map(({ raw }) => ({ rawBytes: raw.toString('base64') })) },
    validFor: { start: wholeSeconds(new Date(chain[0].validFrom)) },
  };
}

function nameOf({ subject }, field) {
  return new RegExp(`^${field}=(.*)$`, 'm').exec(subject)?.[1] ?? '';
}
