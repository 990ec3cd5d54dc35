// Runs a private Sigstore on loopback until it is told to stop, or until its parent ends: Fulcio, Rekor's second kind of log,
// a timestamp authority, an identity provider and a stand-in for a certificate log. Prints what it made as one line of
// JSON once all of it answers.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCertificateLog } from './private-sigstore/certificate-log.mjs';
import { startFulcio } from './private-sigstore/fulcio.mjs';
import { startIdentityProvider } from './private-sigstore/identity-provider.mjs';
import { startRekor } from './private-sigstore/rekor.mjs';
import { startTimestampAuthority } from './private-sigstore/timestamp-authority.mjs';
import { signingConfig, trustedRoot, wholeSeconds } from './private-sigstore/trust-files.mjs';

const start = wholeSeconds(new Date());
const parent = process.ppid;
const folder = await mkdtemp(join(tmpdir(), 'private-sigstore-'));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void stop(0));
setInterval(() => process.ppid !== parent && void stop(0), 500);
try {
  await run();
} catch (error) {
  console.error(error.message);
  await stop(1);
}

async function run() {
  const identityProvider = await startIdentityProvider();
  const certificateLog = await startCertificateLog();
  const [fulcio, rekor, timestampAuthority] = await Promise.all([
    startFulcio(folder, { identityProvider, certificateLog }),
    startRekor(folder),
    startTimestampAuthority(folder),
  ]);
  const all = { identityProvider, certificateLog, fulcio, rekor, timestampAuthority };
  const files = {
    trustedRoot: await write('trusted_root.json', trustedRoot(all, start)),
    signingConfig: await write('signing_config.json', signingConfig(all, start)),
    unloggedSigningConfig: await write('unlogged_signing_config.json', signingConfig(all, start, { logged: false })),
  };
  const urls = Object.fromEntries(Object.entries(all).map(([name, { url }]) => [name, url]));
  const issuers = { email: identityProvider.email, github: identityProvider.github, gitlab: identityProvider.gitlab };
  console.log(JSON.stringify({ folder, files, urls, issuers, job: identityProvider.job }));
}

async function write(name, content) {
  const path = join(folder, name);
  await writeFile(path, `${JSON.stringify(content, undefined, 2)}\n`);
  return path;
}

async function stop(status) {
  await rm(folder, { recursive: true, force: true });
  process.exit(status);
}
