import { absoluteSearchPath } from '@release-capsule/oci';
import type { Context } from '../../context.ts';

/** How a run of npm ended: well, or with npm's own code for what was wrong, such as E404. */
export type NpmResult = { readonly isDone: true } | { readonly isDone: false; readonly code: string };

// The first line has npm's defaults: a person's own settings shall turn neither the lock file nor the installation off.
const commonOptions = [
  '--package-lock', '--no-package-lock-only', '--no-dry-run', '--no-global', '--install-strategy=hoisted',
  '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--json', '--fetch-retries=0', '--fetch-timeout=30000',
];
const maxMilliseconds = 90_000; // a tarball of a megabyte over a slow line
const maxOutputBytes = 1024 * 1024; // a report of one package

/**
 * Runs npm in a directory, with the registry and logins that it is set up for. No script of a package runs. It gets no
 * variable that could hold a secret of signing.
 */
export async function runNpm(args: readonly string[], directory: string, { env, signal }: Context): Promise<NpmResult> {
  const options = {
    cwd: directory,
    env: npmEnvironment(env),
    timeout: maxMilliseconds,
    killSignal: 'SIGKILL' as const,
    maxBuffer: maxOutputBytes,
    windowsHide: true,
    signal,
  };
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => {
    const child = execFile('npm', [...args, ...commonOptions], options, (error, stdout) => {
      resolve(error === null ? { isDone: true } : { isDone: false, code: codeOf(error, stdout) });
    });
    child.stdin?.end();
  });
}

function codeOf(error: { readonly code?: unknown; readonly killed?: boolean | undefined }, stdout: string): string {
  if (error.code === 'ENOENT') return 'ENOENT';
  if (error.killed === true) return 'ETIMEDOUT';
  const [, code] = /"code": "([A-Z][A-Z0-9_]{1,40})"/.exec(stdout) ?? [];
  return code ?? 'unknown';
}

const passed = /^(?:PATH|HOME|USER|LANG|TMPDIR|TMP|TEMP|SYSTEMROOT|USERPROFILE|APPDATA|LOCALAPPDATA|COMSPEC|PATHEXT)$/i;
// A company's registry is named, reached and logged in to by these. Source: docs.npmjs.com, "config" and ".npmrc".
const ofNpm = /^(?:npm_config_.*|(?:https?|all|no)_proxy|SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS|NPM_TOKEN|NODE_AUTH_TOKEN)$/i;

function npmEnvironment(env: Context['env']): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || !(passed.test(name) || ofNpm.test(name))) continue;
    kept[name] = name.toUpperCase() === 'PATH' ? absoluteSearchPath(value) : value;
  }
  return kept;
}
