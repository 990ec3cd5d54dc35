import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

beforeAll(async () => {
  workbench = await Workbench.open();
});

afterAll(() => workbench[Symbol.dispose]());

describe.each(registryKinds)('Kargo, before $name', (kind) => {
  const repository = 'team/hello-capsule';
  let registry: TestRegistry;
  let released: Released;

  beforeAll(async () => {
    registry = await kind.start();
    const login = registry.user === undefined ? {} : { login: { host: registry.host, user: registry.user } };
    const args = workbench.releaseArguments(`${registry.host}/${repository}`);
    released = parseReleased(await workbench.succeed(args, login));
  });

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
});
