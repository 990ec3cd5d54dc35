import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startCapsule } from '../../cli/capsule-command.ts';
import type { CapsuleShelf } from './capsule-shelf.ts';

/** A verify service that runs as its own process. */
export interface VerifyService extends AsyncDisposable {
  /** `http://host:port`. */
  readonly url: string;
  /** What it has written down about its verdicts so far, each with the codes of its findings. */
  readonly verdicts: () => readonly { readonly outcome: string; readonly codes: readonly string[] }[];
}

/** What a service is started with. */
export interface VerifyServiceOptions {
  readonly directory: string;
  /** Added to the policy for the shelf's capsules. */
  readonly policy?: Readonly<Record<string, unknown>>;
  /** What callers must send; everybody may ask where there is none. */
  readonly token?: string;
}

const startTimeoutMs = 20_000; // a loaded machine takes some seconds

/** Starts `capsule serve` for the capsules of a shelf. It remembers nothing: each promotion is judged as if it were the first. */
export async function startVerifyService(shelf: CapsuleShelf, options: VerifyServiceOptions): Promise<VerifyService> {
  const cwd = mkdtempSync(join(options.directory, 'service-'));
  const temporary = join(cwd, 'tmp');
  mkdirSync(temporary);
  writeFileSync(join(cwd, 'cosign.pub'), shelf.key.publicKeyPem);
  writeFileSync(join(cwd, 'policy.yaml'), stringify(policyOf(shelf, options.policy)));
  if (options.token !== undefined) writeFileSync(join(cwd, 'tokens'), `${options.token}\n`, { mode: 0o600 });
  const access = options.token === undefined ? ['--allow-anonymous-verify', '--allow-anonymous'] : ['--token-file', 'tokens'];
  const args = ['serve', '--policy', 'policy.yaml', '--listen', '127.0.0.1:0', '--cache-entries', '0', ...access];
  const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, TMPDIR: temporary };
  const { child, ended } = startCapsule(args, { cwd, env });
  let [printed, audit] = ['', ''];
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`capsule serve does not say where it listens:\n${printed}`)), startTimeoutMs);
    const read = (text: string): void => {
      printed += text;
      const found = /https?:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
      if (found !== undefined) resolve(found);
      if (found !== undefined) clearTimeout(timer);
    };
    child.stdout?.on('data', (text: string) => (audit += text));
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(`capsule serve ended:\n${printed}`)));
  });
  return {
    url,
    verdicts: () => audit.split('\n').filter((line) => line.includes('"audit":"verdict"')).map((line) => JSON.parse(line)),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function policyOf({ capsuleRepository, host, options }: CapsuleShelf, policy: VerifyServiceOptions['policy']): object {
  return {
    apiVersion: 'release-capsule/v1',
    kind: 'Policy',
    capsule: { name: 'app', repository: capsuleRepository, signers: [{ key: 'cosign.pub' }] },
    image: { repository: options.imageRepository },
    allow: { hosts: [host] },
    ...policy,
  };
}
