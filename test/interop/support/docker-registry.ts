import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolPath } from '../tools.ts';
import type { Credential } from './loopback.ts';
import type { CrashingRegistry, TestRegistry } from './registry.ts';
import { runToSuccess } from './run-program.ts';
import { type RunningServer, startServer } from './server.ts';
import { temporaryFolder, type TemporaryFolder } from './temporary-folder.ts';
import { basic, startTokenServer } from './token-server.ts';

const user: Credential = { username: 'ci-robot', password: 'correct horse battery staple' };

/** Starts Debian's docker-registry (distribution 2.8), open to everybody. It has no referrers API. */
export async function startDockerRegistry(): Promise<CrashingRegistry> {
  return run(temporaryFolder(), {});
}

/** Starts distribution 3, its successor, without authentication. It has no referrers API either. */
export async function startDistribution(): Promise<CrashingRegistry> {
  return run(temporaryFolder(), {}, 'distribution');
}

/** Starts docker-registry with users from an htpasswd file. */
export async function startHtpasswdRegistry(): Promise<TestRegistry> {
  const folder = temporaryFolder();
  const args = ['-nbB', user.username, user.password];
  const users = await runToSuccess(toolPath('htpasswd'), args, { cwd: folder.path, env: {} });
  const path = join(folder.path, 'htpasswd');
  writeFileSync(path, users);
  const registry = await run(folder, { htpasswd: { realm: 'interop', path } });
  return { ...registry, user, authorization: async () => basic(user) };
}

/** Starts docker-registry with a token service of our own before it. */
export async function startTokenRegistry(): Promise<TestRegistry> {
  const folder = temporaryFolder();
  const tokens = await startTokenServer(user);
  const { realm, service, issuer } = tokens;
  const rootcertbundle = join(folder.path, 'token-service.pem');
  writeFileSync(rootcertbundle, tokens.certificate);
  const registry = await run(folder, { token: { realm, service, issuer, rootcertbundle } });
  return {
    ...registry,
    user,
    tokenScopes: () => tokens.requestedScopes,
    async authorization(repository) {
      const query = new URLSearchParams({ service, scope: `repository:${repository}:pull` });
      const answer = await fetch(`${realm}?${query.toString()}`, { headers: { authorization: basic(user) } });
      const { token } = (await answer.json()) as { readonly token: string };
      return `Bearer ${token}`;
    },
    async [Symbol.asyncDispose]() {
      await registry[Symbol.asyncDispose]();
      await tokens[Symbol.asyncDispose]();
    },
  };
}

type Program = 'distribution' | 'docker-registry';

async function run(folder: TemporaryFolder, auth: object, program: Program = 'docker-registry'): Promise<CrashingRegistry> {
  let server = await serve(program, folder, { auth, addr: '127.0.0.1:0' }).catch((error: unknown) => {
    folder[Symbol.dispose]();
    throw error;
  });
  const { address: host } = server;
  return {
    host,
    kill: () => server.kill(),
    async start() {
      server = await serve(program, folder, { auth, addr: host });
    },
    async [Symbol.asyncDispose]() {
      await server.kill();
      folder[Symbol.dispose]();
    },
  };
}

interface Settings {
  readonly auth: object;
  readonly addr: string;
}

function serve(program: Program, { path }: TemporaryFolder, { auth, addr }: Settings): Promise<RunningServer> {
  const config = join(path, 'config.yml');
  const settings = {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(path, 'data') } },
    http: { addr, secret: 'interop' },
    ...(Object.keys(auth).length > 0 && { auth }),
  };
  writeFileSync(config, JSON.stringify(settings)); // JSON is YAML
  const listening = /listening on (127\.0\.0\.1:\d+)/;
  return startServer({ file: toolPath(program), args: ['serve', config], cwd: path, listening });
}
