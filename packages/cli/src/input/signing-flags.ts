import type { Command } from 'commander';

/** What says who signs, and which services vouch for it. */
export interface SigningFlags {
  readonly key?: string;
  readonly keyless?: boolean;
  readonly identityToken?: string;
  readonly signingConfig?: string;
  readonly trustedRoot?: string;
  readonly fulcioUrl?: string;
  readonly rekorUrl?: string;
  readonly rekorVersion?: string;
  readonly timestampServerUrl?: string;
  readonly legacySignature?: boolean;
}

/** Declares the options that `sign` and `release` share. They are named as cosign names them. */
export function declareSigningOptions(command: Command): Command {
  return command
    .option('--key <file>', "the private key: a file, env://VARIABLE or - for standard input; cosign's format or PKCS#8")
    .option('--keyless', "sign in the name of the CI job's identity, with a certificate that lives for minutes")
    .option('--identity-token <file>', 'the identity token (default: SIGSTORE_ID_TOKEN, then that of GitHub Actions)')
    .option('--signing-config <file>', 'which services sign: signing_config.json (default for --keyless: the public instance)')
    .option('--trusted-root <file>', 'whom to trust when the fresh signature is checked: trusted_root.json')
    .option('--fulcio-url <url>', 'instead of a signing configuration: the certificate authority')
    .option('--rekor-url <url>', 'instead of a signing configuration: the transparency log')
    .option('--rekor-version <number>', 'the version of its API, 1 or 2 (default: 1)')
    .option('--timestamp-server-url <url>', 'instead of a signing configuration: the RFC 3161 timestamp authority')
    .option('--legacy-signature', "add cosign's older .sig tag, for consumers that read nothing else");
}
