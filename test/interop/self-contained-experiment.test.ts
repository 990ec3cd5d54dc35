import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeBreach, describeTally } from './experiment/describe-experiment.ts';
import { drawPackage } from './experiment/draw-package.ts';
import { contactsOfReport, runExperiment } from './experiment/experiment.ts';
import { isAccepted } from './experiment/judge-package.ts';
import { knownAttacks } from './experiment/known-attacks.ts';
import { Namespace } from './experiment/namespace.ts';
import { stage } from './experiment/outside.ts';
import { parseTrace } from './experiment/trace.ts';

const seed = Number(process.env.CAPSULE_EXPERIMENT_SEED ?? 20261201);
const accepted = Number(process.env.CAPSULE_EXPERIMENT_ACCEPTED ?? 300);
const workers = 2;

let namespace: Namespace;

beforeAll(async () => {
  namespace = await Namespace.open(workers);
});

afterAll(() => namespace[Symbol.asyncDispose]());

describe('what is accepted as self-contained', () => {
  test('reaches nothing outside when kustomize and Helm build it', { timeout: 300_000 }, async () => {
    const connectionsBefore = namespace.connections;
    const tally = await runExperiment(namespace, { seed, packages: 10 * accepted, accepted, workers });
    process.stdout.write(`${describeTally(tally)}\n`);

    expect(tally.breaches.slice(0, 5).map(describeBreach).join('\n\n')).toBe('');
    expect(namespace.connections).toBe(connectionsBefore);
    // An experiment that accepts nothing, or of which nothing can be built, would show nothing.
    expect(tally.accepted).toBe(accepted);
    expect(tally.accepted / tally.generated).toBeGreaterThan(0.2);
    for (const [tool, { runs, built }] of Object.entries(tally.tools)) expect(built / runs, tool).toBeGreaterThan(0.7);
  });

  test('includes no known attack', async () => {
    const judged = await Promise.all(
      knownAttacks.map(async ({ name, files }) => ((await isAccepted(new Map(Object.entries(files)))) ? [name] : [])),
    );
    expect(judged.flat()).toEqual([]);
  });

  test('is drawn again by its seed and number, to the byte', () => {
    const [one, again] = [drawPackage(seed, 17), drawPackage(seed, 17)];
    expect(again).toEqual(one);
    expect(one.tree.size).toBeGreaterThan(1);
  });
});

describe('the experiment would notice', () => {
  test.each(knownAttacks)('$name, by each of its means', async ({ files, means }) => {
    const report = await namespace.build(new Map(Object.entries(files)));
    const seen = new Set(
      [...report.contacts, ...report.runs.flatMap(({ contacts }) => contacts)].map((contact) => contact.means),
    );
    expect([...seen]).toEqual(expect.arrayContaining([...means]));
  });

  test('a connection also by the server that is connected to', async () => {
    const before = namespace.connections;
    await namespace.build(new Map([['kustomization.yaml', 'resources: ["http://outside.example/r.yaml"]\n']]));
    expect(namespace.connections).toBeGreaterThan(before);
  });

  test('nothing in a package that is whole, which every tool builds', async () => {
    const files = {
      'kustomization.yaml': 'resources: [cm.yaml]\nhelmCharts: [{name: app, releaseName: r}]\n',
      'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
      'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n',
      'charts/app/values.yaml': '{}\n',
      'charts/app/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n',
    };
    const report = await namespace.build(new Map(Object.entries(files)));
    expect(contactsOfReport(report)).toEqual([]);
    expect(report.runs.map(({ tool, root, built }) => `${tool} ${root} ${built}`)).toEqual([
      'kustomize571  true',
      'kustomize  true',
      'helm3 charts/app true',
      'helm charts/app true',
    ]);
  });
});

describe('a trace', () => {
  test('names each path as the kernel would resolve it, however strace writes it', () => {
    const lines = [
      `7     openat(AT_FDCWD<${stage}/a>, "../b/\\303\\251\\n\\".yaml", O_RDONLY|O_CLOEXEC) = 3<${stage}/b>`,
      `8     openat(5<${stage}/c>, "d", O_RDONLY <unfinished ...>`,
      '8     <... openat resumed>) = -1 ENOENT (No such file or directory)',
      '9     execve("/usr/bin/git", ["/usr/bin/git", "init"], 0x290de43d4dc0 /* 39 vars */) = 0',
      '9     ???( <detached ...>',
      '9     ???()                             = ?',
    ];
    expect(parseTrace(lines.join('\n'))).toEqual([
      { call: 'open', path: `${stage}/b/é\n".yaml` },
      { call: 'open', path: `${stage}/c/d` },
      { call: 'execute', path: '/usr/bin/git' },
    ]);
  });

  test('names each address of the internet that a program tried, and no socket of the machine', () => {
    const lines = [
      '7     connect(3<socket:[1]>, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.1")}, 16) = -1 ENETUNREACH',
      '7     connect(3<socket:[2]>, {sa_family=AF_UNIX, sun_path="/run/nscd/socket"}, 110) = -1 ENOENT',
      '7     sendto(3<socket:[3]>, "x", 1, 0, {sa_family=AF_INET6, sin6_port=htons(53), sin6_addr=inet_pton(AF_INET6, "::1")}, 28) = 1',
    ];
    expect(parseTrace(lines.join('\n'))).toEqual([
      { call: 'connect', address: 'sin_port=htons(53), sin_addr=inet_addr("127.0.0.1")' },
      { call: 'connect', address: 'sin6_port=htons(53), sin6_addr=inet_pton(AF_INET6, "::1")' },
    ]);
  });

  test('that has a line of another form is an error, and nothing is passed over', () => {
    expect(() => parseTrace('strace: exec: Permission denied')).toThrow('cannot be read');
  });
});
