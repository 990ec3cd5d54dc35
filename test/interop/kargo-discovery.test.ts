import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSubscribed } from '../kargo/discovery/subscribed-repository.ts';
import { Warehouse } from '../kargo/discovery/warehouse.ts';
import { buildWarehouse } from './support/kargo-manifests.ts';
import { registryKinds } from './support/registry-kinds.ts';
import type { TestRegistry } from './support/registry.ts';
import { parseReleased, type Released } from './support/released.ts';
import { Workbench } from './support/workbench.ts';

/** What a Warehouse is told to take. */
const allowedTags = /^git-[0-9a-f]{40}$/;

/** What Go decodes a config into, whatever its media type says; it takes keys in any case. Source: go-containerregistry v0.21.7, pkg/v1/config.go. */
const imageConfigKeys = new Set(
  ['architecture', 'author', 'container', 'created', 'docker_version', 'history', 'os', 'rootfs', 'config']
    .concat(['os.version', 'variant', 'os.features']),
);

let workbench: Workbench;

/** Three commits after that of the workbench, oldest first. */
const later: string[] = [];

beforeAll(async () => {
  workbench = await Workbench.open();
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
  for (const day of [1, 2, 3]) {
    const at = `2026-03-0${day}T10:00:00Z`;
    await workbench.run('env', `GIT_COMMITTER_DATE=${at}`, 'git', '-C', 'app', ...identity, 'commit', '-q', '--allow-empty', '-m', 'later');
    later.push((await workbench.run('git', '-C', 'app', 'rev-parse', 'HEAD')).trim());
  }
  await checkOut(workbench.commit);
});

async function checkOut(commit: string): Promise<void> {
  await workbench.run('git', '-C', 'app', 'checkout', '-q', '--detach', commit);
}

afterAll(() => workbench[Symbol.dispose]());

describe.each(registryKinds)('Kargo, before $name', (kind) => {
  const repository = 'team/hello-capsule';
  let registry: TestRegistry;
  let released: Released;

  beforeAll(async () => {
    registry = await kind.start();
    released = await release(repository);
  });

  async function release(to: string, commit: string = workbench.commit): Promise<Released> {
    const login = registry.user === undefined ? {} : { login: { host: registry.host, user: registry.user } };
    const args = workbench.releaseArguments(`${registry.host}/${to}`).map((arg) => arg.replace(workbench.commit, commit));
    await checkOut(commit);
    const printed = await workbench.succeed(args, login);
    await checkOut(workbench.commit);
    return parseReleased(printed);
  }

  /** The Warehouse of deploy/kargo/hello, which discovers in a repository of this registry. */
  async function warehouseOf(name: string): Promise<Warehouse> {
    const { authorization } = registry;
    const token = authorization === undefined ? undefined : async () => (await authorization.call(registry, name)) ?? '';
    return new Warehouse(await buildWarehouse('hello', `${registry.host}/${name}`), (repoURL) => openSubscribed(repoURL, token));
  }

  afterAll(async () => registry[Symbol.asyncDispose]());

  async function get(path: string): Promise<Response> {
    const authorization = await registry.authorization?.(repository);
    const headers = { accept: 'application/vnd.oci.image.manifest.v1+json', ...(authorization !== undefined && { authorization }) };
    return fetch(`http://${registry.host}/v2/${repository}/${path}`, { headers });
  }

  test('takes the manifest for an image’s: exactly this Content-Type, and the digest that was released', async () => {
    const answer = await get(`manifests/${released.tag}`);
    expect(answer.headers.get('content-type')).toBe('application/vnd.oci.image.manifest.v1+json');
    expect(answer.headers.get('docker-content-digest')).toBe(released.digest);
  });

  test('decodes the config as an image’s, in which nothing clashes', async () => {
    const manifest = (await (await get(`manifests/${released.tag}`)).json()) as { config: { digest: string; data: string } };
    const stored = Buffer.from(await (await get(`blobs/${manifest.config.digest}`)).arrayBuffer());
    const config: unknown = JSON.parse(stored.toString());
    expect(Buffer.from(manifest.config.data, 'base64')).toEqual(stored);
    expect(config).toBeTypeOf('object');
    expect(Object.keys(config ?? {}).filter((key) => imageConfigKeys.has(key.toLowerCase()))).toEqual([]);
  });

  test('finds the time to sort by, and what freightCreationCriteria compare', async () => {
    const { annotations } = (await (await get(`manifests/${released.tag}`)).json()) as { annotations: Record<string, string> };
    expect(annotations).toMatchObject({
      'org.opencontainers.image.created': '2026-01-02T03:04:05Z',
      'org.opencontainers.image.revision': workbench.commit,
      'dev.release-capsule.image': `ghcr.io/example/hello@sha256:${'a'.repeat(64)}`,
    });
  });

  test('sees one tag that it may take: the signatures’ index is not among them', async () => {
    const { tags } = (await (await get('tags/list')).json()) as { tags: readonly string[] };
    expect(tags.filter((tag) => allowedTags.test(tag))).toEqual([released.tag]);
    const fallback = released.digest.replace(':', '-');
    expect(tags.filter((tag) => !allowedTags.test(tag))).toEqual(kind.hasReferrersApi ? [] : [fallback]);
  });

  test('makes a Freight of it by our Warehouse, of the digest that was released', async () => {
    const subject = await warehouseOf(repository);
    const images = [{ repoURL: `${registry.host}/${repository}`, tag: released.tag, digest: released.digest }];
    expect(await subject.reconcile()).toMatchObject({ is: 'created', freight: { images } });
    expect(await subject.reconcile()).toMatchObject({ is: 'already there' });
  });

  test('finds three releases that land out of order: the newest commit is the newest, and each can be promoted', async () => {
    const name = 'team/ordered-capsule';
    const subject = await warehouseOf(name);
    const [one = '', two = '', three = ''] = later;
    const rounds = [];
    for (const commit of [three, one, two]) {
      await release(name, commit);
      rounds.push(await subject.reconcile());
    }

    const newest = { images: [{ tag: `git-${three}` }] };
    expect(rounds).toMatchObject([{ is: 'created', freight: newest }, { is: 'already there', freight: newest }, { is: 'already there', freight: newest }]);
    const freight = [one, two, three].map((commit) => subject.assemble(`git-${commit}`));
    const statuses = await Promise.all(freight.map(async (made, index) => judge(JSON.stringify(made), `freight-${index}.json`)));
    expect(statuses).toEqual([0, 0, 0]);
  });

  async function judge(freight: string, file: string): Promise<number | undefined> {
    const login = registry.user === undefined ? {} : { login: { host: registry.host, user: registry.user } };
    writeFileSync(join(workbench.path, file), freight);
    const reference = (JSON.parse(freight) as { readonly images: readonly [{ readonly repoURL: string; readonly digest: string }] }).images[0];
    const args = ['verify', `${reference.repoURL}@${reference.digest}`, '--freight', file, '--name', 'hello', '--key', 'keys/cosign.pub', '--quiet'];
    return (await workbench.capsule(args, login)).status;
  }
});
