import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLimits } from '@release-capsule/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPage, yamlBlocks } from '../markdown.ts';
import { workspace } from './support/make-repository.ts';
import { at, type Manifest, oneOf, parseManifests, selects } from './support/manifests.ts';
import { type Ended, runProgram, runToSuccess } from './support/run-program.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { toolPath } from './tools.ts';

const deploy = join(workspace, 'deploy/kubernetes');
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const options = { cwd: folder.path, env: { PATH: process.env['PATH'] ?? '', HOME: folder.path } };
const pod = 'spec.template.spec';
const container = `${pod}.containers.0`;
const seconds = (text: unknown): number => Number.parseInt(String(text), 10);

/** Renders the package with components, as an overlay in a directory of its own would. */
async function render(name: string, components: readonly string[] = []): Promise<string> {
  const overlay = join(folder.path, name);
  mkdirSync(overlay, { recursive: true });
  await runToSuccess('cp', ['-R', deploy, join(overlay, 'package')], options);
  const paths = components.map((component) => `package/components/${component}`);
  writeFileSync(join(overlay, 'kustomization.yaml'), JSON.stringify({ resources: ['package/base'], components: paths }));
  return runToSuccess(toolPath('kustomize'), ['build', overlay], options);
}

function validate(text: string, version = '1.30'): Promise<Ended> {
  const path = join(folder.path, 'rendered.yaml');
  writeFileSync(path, text);
  const crds = join(workspace, 'test/interop/fixtures/crds');
  return runProgram(toolPath('kubectl-validate'), [path, '--version', version, '--local-crds', crds], options);
}

let text: string;
let manifests: readonly Manifest[];
let deployment: Manifest;

beforeAll(async () => {
  text = await render('whole', ['service-monitor']);
  manifests = parseManifests(text);
  deployment = oneOf(manifests, 'Deployment');
});

describe('the Kubernetes package', () => {
  test('holds what the service needs, and no Secret', () => {
    const kinds = manifests.map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['ConfigMap', 'Deployment', 'NetworkPolicy', 'PodDisruptionBudget', 'Service', 'ServiceAccount', 'ServiceMonitor']);
  });

  test('puts everything into one namespace, under one name', () => {
    expect(new Set(manifests.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['release-capsule']));
    expect(manifests.filter(({ metadata }) => !/^capsule-verify(-policies-[a-z0-9]+)?$/.test(metadata.name))).toEqual([]);
  });

  test.each(['1.29', '1.30'])('is valid by the schemas of Kubernetes %s', async (version) => {
    const { status, stdout, stderr } = await validate(text, version);
    expect(status, stdout + stderr).toBe(0);
  });

  test.each([[['tls']], [['service-monitor', 'tls']]])('is valid with the components %j, too', async (components) => {
    const { status, stdout, stderr } = await validate(await render(components.join('-'), components));
    expect(status, stdout + stderr).toBe(0);
  });

  test.each([
    ['a field that does not exist', 'readOnlyRootFilesystem:', 'readonlyRootFilesystem:'],
    ['a port that is no number', 'containerPort: 8080', 'containerPort: http'],
    ['a ServiceMonitor with an interval that is none', 'interval: 30s', 'interval: often'],
  ])('would be found invalid with %s', async (_what, from, to) => {
    expect(text).toContain(from);
    const { status, stdout, stderr } = await validate(text.replace(from, to));
    expect(status, stdout + stderr).toBe(1);
  });

  test('starts nothing until it is told a digest: the image that it names by itself cannot exist', () => {
    expect(at(deployment, `${container}.image`)).toBe(`ghcr.io/release-capsule/capsule-verify@sha256:${'0'.repeat(64)}`);
  });
});

describe('the Deployment', () => {
  test.each([
    ['runs two replicas', 'spec.replicas', 2],
    ['takes none away before another is ready', 'spec.strategy.rollingUpdate.maxUnavailable', 0],
    ['does not run as root', `${pod}.securityContext.runAsNonRoot`, true],
    ['runs as the user of the image', `${pod}.securityContext.runAsUser`, 65532],
    ['runs in the group of the image', `${pod}.securityContext.runAsGroup`, 65532],
    ['is held to the system calls of the runtime', `${pod}.securityContext.seccompProfile.type`, 'RuntimeDefault'],
    ['has a root that is not written', `${container}.securityContext.readOnlyRootFilesystem`, true],
    ['gains no privilege', `${container}.securityContext.allowPrivilegeEscalation`, false],
    ['is not privileged', `${container}.securityContext.privileged`, false],
    ['has no capability', `${container}.securityContext.capabilities`, { drop: ['ALL'] }],
    ['has no token of the cluster', `${pod}.automountServiceAccountToken`, false],
    ['has an account of its own', `${pod}.serviceAccountName`, 'capsule-verify'],
    ['learns nothing of other services', `${pod}.enableServiceLinks`, false],
    ['shares no network with the node', `${pod}.hostNetwork`, undefined],
    ['shares no processes with the node', `${pod}.hostPID`, undefined],
    ['is asked whether it lives', `${container}.livenessProbe.httpGet.path`, '/healthz'],
    ['is asked whether it is ready', `${container}.readinessProbe.httpGet.path`, '/readyz'],
  ])('%s', (_what, path, value) => {
    expect(at(deployment, path)).toEqual(value);
  });

  test('is one container, with nothing started before or beside it', () => {
    expect(at(deployment, `${pod}.containers`)).toHaveLength(1);
    expect(at(deployment, `${pod}.initContainers`)).toBeUndefined();
  });

  test.each(['cpu', 'memory', 'ephemeral-storage'])('asks for %s, and has a limit of it', (resource) => {
    expect(at(deployment, `${container}.resources.requests.${resource}`)).toBeDefined();
    expect(at(deployment, `${container}.resources.limits.${resource}`)).toBeDefined();
  });

  test('mounts everything but /tmp to be read only, and nothing of the node', () => {
    const mounts = at(deployment, `${container}.volumeMounts`) as readonly { mountPath: string; readOnly?: boolean }[];
    expect(mounts.filter(({ readOnly }) => readOnly !== true).map(({ mountPath }) => mountPath)).toEqual(['/tmp']);
    const volumes = at(deployment, `${pod}.volumes`) as readonly object[];
    expect(volumes.filter((volume) => 'hostPath' in volume)).toEqual([]);
  });

  test('has room in /tmp for every verification that runs at one time: its layer, and the files in it', () => {
    const [tmp] = at(deployment, `${pod}.volumes`) as readonly { name: string; emptyDir: { sizeLimit: string } }[];
    const concurrent = Number(argument('--max-concurrent'));
    const perVerification = defaultLimits.maxLayerBytes + defaultLimits.maxUnpackedBytes;
    expect(concurrent).toBeGreaterThan(0);
    expect(tmp).toMatchObject({ name: 'tmp', emptyDir: { sizeLimit: '1Gi' } });
    expect(1024 ** 3).toBeGreaterThan(concurrent * perVerification);
  });

  test('is given the time to answer what it has begun', () => {
    const pause = seconds(at(deployment, `${container}.lifecycle.preStop.sleep.seconds`));
    const drain = seconds(argument('--drain'));
    expect(seconds(at(deployment, `${pod}.terminationGracePeriodSeconds`))).toBeGreaterThan(pause + drain);
  });

  test('names the token by reference, and cannot start without it', () => {
    const volumes = at(deployment, `${pod}.volumes`) as readonly { name: string; secret?: { secretName: string; optional?: boolean } }[];
    expect(volumes.find(({ name }) => name === 'token')?.secret).toMatchObject({ secretName: 'capsule-verify-token' });
    expect(volumes.find(({ name }) => name === 'token')?.secret?.optional).toBeUndefined();
    expect(argument('--token-file')).toBe('/etc/capsule/token/token');
  });

  test('reads the policy that the package makes a ConfigMap of, whose name changes with it', () => {
    const { metadata, data } = oneOf(manifests, 'ConfigMap');
    const volumes = at(deployment, `${pod}.volumes`) as readonly { name: string; configMap?: { name: string } }[];
    expect(volumes.find(({ name }) => name === 'policies')?.configMap?.name).toBe(metadata.name);
    expect(argument('--policy')).toBe(`/etc/capsule/policies/${Object.keys(data ?? {})[0]}`);
  });

  function argument(name: string): string | undefined {
    const args = at(deployment, `${container}.args`) as readonly string[];
    return args.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
  }
});

describe('what stands around the Deployment', () => {
  const podLabels = (): unknown => at(deployment, 'spec.template.metadata.labels');

  test.each([
    ['Deployment', 'spec.selector.matchLabels'],
    ['Service', 'spec.selector'],
    ['NetworkPolicy', 'spec.podSelector.matchLabels'],
    ['PodDisruptionBudget', 'spec.selector.matchLabels'],
  ])('the %s selects its pods', (kind, path) => {
    expect(selects(at(oneOf(manifests, kind), path), podLabels())).toBe(true);
  });

  test('each spread constraint selects its pods', () => {
    const constraints = at(deployment, `${pod}.topologySpreadConstraints`) as readonly unknown[];
    expect(constraints.map((each) => selects(at(each, 'labelSelector.matchLabels'), podLabels()))).toEqual([true, true]);
  });

  test('the ServiceMonitor selects the Service, and a port that it has', () => {
    const service = oneOf(manifests, 'Service');
    const monitor = oneOf(manifests, 'ServiceMonitor');
    expect(selects(at(monitor, 'spec.selector.matchLabels'), service.metadata.labels)).toBe(true);
    expect(at(monitor, 'spec.endpoints.0.port')).toBe(at(service, 'spec.ports.0.name'));
    expect(at(monitor, 'spec.endpoints.0.path')).toBe('/metrics');
  });

  test('the Service leads to the port that the container has', () => {
    expect(at(oneOf(manifests, 'Service'), 'spec.ports.0.targetPort')).toBe(at(deployment, `${container}.ports.0.name`));
  });

  test('one replica stays while nodes are emptied', () => {
    expect(at(oneOf(manifests, 'PodDisruptionBudget'), 'spec.minAvailable')).toBe(1);
  });

  test('Kargo, Argo Rollouts and Prometheus alone are heard, on the one port', () => {
    expect(at(oneOf(manifests, 'NetworkPolicy'), 'spec.policyTypes')).toEqual(['Ingress', 'Egress']);
    expect(at(oneOf(manifests, 'NetworkPolicy'), 'spec.ingress')).toEqual([
      {
        from: [
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kargo' } } },
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'argo-rollouts' } } },
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
            podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
          },
        ],
        ports: [{ protocol: 'TCP', port: at(deployment, `${container}.ports.0.containerPort`) }],
      },
    ]);
  });

  test('names are looked up, and HTTPS is spoken, but not to link-local addresses', () => {
    const [dns, https, ...more] = at(oneOf(manifests, 'NetworkPolicy'), 'spec.egress') as readonly unknown[];
    expect(more).toEqual([]);
    expect(at(dns, 'ports')).toEqual([{ protocol: 'UDP', port: 53 }, { protocol: 'TCP', port: 53 }]);
    expect(at(https, 'ports')).toEqual([{ protocol: 'TCP', port: 443 }]);
    expect(at(https, 'to.0.ipBlock')).toEqual({ cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] });
    expect(at(https, 'to.1.ipBlock.except')).toContain('fe80::/10');
  });

  test('the account has no token and no right', () => {
    expect(oneOf(manifests, 'ServiceAccount')).toMatchObject({ automountServiceAccountToken: false });
    expect(manifests.filter(({ kind }) => /Role/.test(kind))).toEqual([]);
  });
});

describe('the overlay in docs/deploy.md', () => {
  let rendered: string;

  beforeAll(async () => {
    const [overlay = ''] = yamlBlocks(readPage('deploy.md'), 'overlay');
    const directory = join(folder.path, 'documented');
    for (const path of ['policies', 'release/package']) mkdirSync(join(directory, path), { recursive: true });
    for (const name of ['app.yaml', 'other.yaml', 'cosign.pub']) writeFileSync(join(directory, 'policies', name), `${name}\n`);
    await runToSuccess('cp', ['-R', deploy, join(directory, 'release/package/kustomize')], options);
    writeFileSync(join(directory, 'kustomization.yaml'), overlay);
    rendered = await runToSuccess(toolPath('kustomize'), ['build', directory], options);
  });

  test('renders, and is valid', async () => {
    const { status, stdout, stderr } = await validate(rendered);
    expect(status, stdout + stderr).toBe(0);
  });

  test('replaces the policies of the package, and hands each to the service', () => {
    expect(Object.keys(oneOf(parseManifests(rendered), 'ConfigMap').data ?? {}).sort()).toEqual(['cosign.pub', 'other.yaml', 'policy.yaml']);
    const served = oneOf(parseManifests(rendered), 'Deployment');
    const args = at(served, `${container}.args`) as readonly string[];
    expect(args.filter((arg) => arg.startsWith('--policy='))).toEqual(['policy', 'other'].map((name) => `--policy=/etc/capsule/policies/${name}.yaml`));
  });

  test('sets the image by digest', () => {
    const served = oneOf(parseManifests(rendered), 'Deployment');
    expect(at(served, `${container}.image`)).toBe(`ghcr.io/release-capsule/capsule-verify@sha256:${'1'.repeat(64)}`);
  });
});

describe('with the TLS component', () => {
  test('probes and port speak HTTPS, and the certificate is a reference', async () => {
    const rendered = parseManifests(await render('tls-and-monitor', ['service-monitor', 'tls']));
    const served = oneOf(rendered, 'Deployment');
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
      expect(at(served, `${container}.${probe}.httpGet.scheme`)).toBe('HTTPS');
    }
    expect(at(served, `${container}.args`)).toEqual(expect.arrayContaining(['--tls-cert=/etc/capsule/tls/tls.crt', '--tls-key=/etc/capsule/tls/tls.key']));
    expect(at(oneOf(rendered, 'Service'), 'spec.ports.0.port')).toBe(443);
    expect(at(oneOf(rendered, 'ServiceMonitor'), 'spec.endpoints.0.scheme')).toBe('https');
    expect(rendered.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });
});
