import { createServer, type Server } from 'node:http';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { FakeClock } from './interpreter/fake-clock.ts';
import { inflateSteps } from './interpreter/inflate-steps.ts';
import { readStage, readTask } from './interpreter/manifest.ts';
import { promote, type PromotionOutcome } from './interpreter/promote.ts';
import { PullRequests } from './interpreter/pull-requests.ts';
import { noRenderer } from './interpreter/renderer.ts';
import type { StepServices } from './interpreter/step.ts';
import { temporaryDirectory } from '../releases/temporary-directory.ts';

const directory = temporaryDirectory();
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

interface RunOptions {
  readonly tasks?: readonly string[];
  readonly clock?: FakeClock;
  /** Those of the Stage, as YAML. */
  readonly vars?: string;
}

/** Runs the steps of a Stage, written as a list of YAML. */
async function run(steps: string, { tasks = [], clock = new FakeClock(), vars = '' }: RunOptions = {}): Promise<PromotionOutcome> {
  const stage = readStage(`kind: Stage\nmetadata: {name: test}\nspec: {promotionTemplate: {spec: {vars: [${vars}], steps: [${steps}]}}}`);
  const metadata = { Stage: new Map(), Freight: new Map() };
  const services: StepServices = { metadata, pullRequests: new PullRequests(), renderer: noRenderer, secrets: { token: { value: 'opaque' } } };
  const freight = { name: 'f00', origin: 'app', images: [] };
  const facts = { project: 'project', stage: 'test', promotion: 'test.1', freight, subscriptions: {}, vars: stage.vars, services };
  const workDir = mkdtempSync(join(directory, 'work-'));
  writeFileSync(join(workDir, 'file.yaml'), 'key: value\nlist: []\n');
  return promote(facts, inflateSteps(stage, tasks.map(readTask)), { workDir, clock, maxWaits: 50 });
}

const statuses = ({ steps }: PromotionOutcome): readonly string[] => steps.map(({ alias, status }) => `${alias} ${status}`);

/** Serves answers one after the other, the last one again and again; returns its address. */
async function answering(...answers: readonly (readonly [status: number, body: object | string])[]): Promise<string> {
  let asked = 0;
  const server = createServer((_request, response) => {
    const [status, body] = answers[Math.min(asked, answers.length - 1)] ?? [500, ''];
    asked += 1;
    response.writeHead(status, { 'content-type': 'application/json', location: '/' }).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}/` : '';
}

const judged = (url: string, more = ''): string =>
  `{uses: http, as: ask, config: {url: "${url}", successExpression: response.status == 200 && response.body.ok == true, ` +
  `failureExpression: response.status == 422, outputs: [{name: digest, fromExpression: response.body.digest}]${more}}}`;

describe('steps', () => {
  test('after one that failed are skipped, unless their condition says otherwise', async () => {
    const outcome = await run(`{uses: fail, config: {message: no}}, {uses: compose-output, config: {a: 1}},
      {uses: compose-output, as: after, if: "\${{ failure() }}", config: {was: "\${{ status('step-1') }}"}}`);
    expect(statuses(outcome)).toEqual(['step-1 Failed', 'step-2 Skipped', 'after Succeeded']);
    expect(outcome).toMatchObject({ phase: 'Failed', message: 'step "step-1": failed: no', state: { after: { was: 'Failed' } } });
  });

  test('that may fail do not fail the promotion', async () => {
    const outcome = await run(`{uses: fail, continueOnError: true}, {uses: compose-output, config: {a: 1}}`);
    expect(statuses(outcome)).toEqual(['step-1 Failed', 'step-2 Succeeded']);
    expect(outcome.phase).toBe('Succeeded');
  });

  test('of an unknown kind, and a condition that is no bool, are errors', async () => {
    expect(statuses(await run('{uses: cosign-verify}'))).toEqual(['step-1 Errored']);
    expect(statuses(await run('{uses: fail, if: "${{ \'yes\' }}"}'))).toEqual(['step-1 Errored']);
  });

  // git-push has no key `branch`, which the first manifests of this kind used: Kargo says so when it comes to that step.
  test('with a key that their schema does not have fail', async () => {
    const outcome = await run('{uses: git-push, config: {path: ., branch: main}}');
    expect(outcome).toMatchObject({ phase: 'Failed', message: expect.stringContaining('{"additionalProperty":"branch"}') });
  });

  test('see the variables before them, those of the promotion first', async () => {
    const outcome = await run('{uses: compose-output, as: seen, vars: [{name: b, value: "${{ vars.a }}2"}], config: {b: "${{ quote(vars.b) }}", n: "${{ vars.n }}"}}', {
      vars: '{name: a, value: "1"}, {name: n, value: "${{ 1 + 1 }}"}',
    });
    expect(outcome.state).toMatchObject({ seen: { b: '12', n: 2 } });
  });

  test('read secrets, and what was written down about Stage and Freight', async () => {
    const outcome = await run(`{uses: set-metadata, config: {updates: [{kind: Freight, name: f00, values: {approved: {by: me}}}]}},
      {uses: compose-output, as: seen, config: {token: "\${{ secret('token').value }}", by: "\${{ freightMetadata(ctx.targetFreight.name)?.approved.by }}", none: "\${{ stageMetadata('test') }}"}}`);
    expect(outcome.state).toMatchObject({ seen: { token: 'opaque', by: 'me', none: null } });
  });
});

describe('a task', () => {
  const task = `kind: PromotionTask
metadata: {name: greet}
spec:
  vars: [{name: whom}, {name: greeting, value: hello}]
  steps:
    - {uses: compose-output, as: made, config: {text: "\${{ vars.greeting }} \${{ vars.whom }}"}}
    - {uses: compose-output, as: output, if: "\${{ status('made') == 'Succeeded' }}", config: {said: "\${{ task.outputs.made.text }}"}}`;

  test('gives its steps names of their own, and hands its composed outputs on under its own', async () => {
    const outcome = await run('{task: {name: greet}, as: one, vars: [{name: whom, value: you}]}, {uses: compose-output, config: {heard: "${{ outputs.one.said }}"}}', { tasks: [task] });
    expect(statuses(outcome)).toEqual(['one::made Succeeded', 'one::output Succeeded', 'step-2 Succeeded']);
    expect(outcome.state['step-2']).toEqual({ heard: 'hello you' });
  });

  test('takes a variable of the promotion before its own default, and one of its step before both', async () => {
    const vars = '{name: whom, value: all}, {name: greeting, value: bye}';
    const outcome = await run('{task: {name: greet}, as: one}, {task: {name: greet}, as: two, vars: [{name: greeting, value: hi}]}', { tasks: [task], vars });
    expect(outcome.state).toMatchObject({ one: { said: 'bye all' }, two: { said: 'hi all' } });
  });

  test('without a value that it needs is refused', async () => {
    await expect(run('{task: {name: greet}}', { tasks: [task] })).rejects.toThrow('missing value for variable "whom"');
  });
});

describe('an http step', () => {
  test('polls until its condition is met, no more often than every ten seconds', async () => {
    const clock = new FakeClock();
    const url = await answering([503, {}], [429, {}], [200, { ok: true, digest: 'd' }]);
    const outcome = await run(judged(url, ', pollInterval: 2s'), { clock });
    expect(outcome).toMatchObject({ phase: 'Succeeded', state: { ask: { digest: 'd' } } });
    expect(clock.waits).toEqual([10_000, 10_000]);
  });

  test('fails at once where its failure condition is met', async () => {
    const outcome = await run(judged(await answering([422, { reason: 'no' }]), ', errorExpression: response.body.reason'));
    expect(outcome).toMatchObject({ phase: 'Failed', message: 'step "ask": HTTP (422) response met failure criteria: "no"', steps: [{ attempts: 1 }] });
  });

  test('ends in error at its timeout', async () => {
    const clock = new FakeClock();
    const outcome = await run(judged(await answering([503, {}])).replace('as: ask', 'as: ask, retry: {timeout: 1m15s}'), { clock });
    expect(outcome).toMatchObject({ phase: 'Errored', message: 'step "ask" timed out after 1m15s' });
    expect(clock.waits).toEqual([30_000, 30_000, 15_001]);
  });

  test('without conditions or a timeout asks forever', async () => {
    const url = await answering([500, '']);
    await expect(run(`{uses: http, config: {url: "${url}"}}`)).rejects.toThrow('still running');
  });

  test('tries again after an error as often as it is told', async () => {
    const url = await answering([200, 'no JSON'], [200, { ok: true }]);
    expect(await run(judged(url))).toMatchObject({ phase: 'Errored', message: expect.stringContaining('met error threshold of 1') });
    const again = await answering([200, 'no JSON'], [200, { ok: true }]);
    expect(await run(judged(again).replace('as: ask', 'as: ask, retry: {errorThreshold: 2}'))).toMatchObject({ phase: 'Succeeded', steps: [{ attempts: 2 }] });
  });

  test.each([
    ['a link-local address', 'http://169.254.169.254/latest/meta-data', 'link-local'],
    ['a link-local address of IPv6', 'http://[fe80::1]/', 'link-local'],
  ])('does not connect to %s', async (_, url, message) => {
    expect(await run(`{uses: http, config: {url: "${url}"}}`)).toMatchObject({ phase: 'Errored', message: expect.stringContaining(message) });
  });

  test('takes no answer of more than 2 MiB, and follows no endless redirects', async () => {
    const large = await answering([200, 'x'.repeat(2 * 1024 * 1024 + 1)]);
    expect((await run(`{uses: http, config: {url: "${large}"}}`)).message).toContain('exceeds limit');
    const endless = await answering([302, '']);
    expect((await run(`{uses: http, config: {url: "${endless}"}}`)).message).toContain('stopped after 10 redirects');
  });

  test('waits no longer for an answer than its timeout', async () => {
    const silent = createServer(() => undefined);
    servers.push(silent);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await run(`{uses: http, config: {url: "http://127.0.0.1:${port}/", timeout: 100ms}}`)).toMatchObject({ phase: 'Errored' });
    silent.closeAllConnections();
  });
});

describe('yaml-update', () => {
  const update = (key: string, value: string): string => `{uses: yaml-update, config: {path: file.yaml, updates: [{key: ${key}, value: ${value}}]}},
    {uses: yaml-parse, as: read, config: {path: file.yaml, outputs: [{name: value, fromExpression: "${key}"}]}}`;

  test.each([
    ['text', 'new', 'new'],
    ['what reads as a number', '"1e3"', '1e3'],
    ['a list of one', '[../base]', ['../base']],
  ])('writes %s', async (_, value, read) => {
    expect((await run(update('key', value))).state).toMatchObject({ read: { value: read } });
  });

  test.each([
    ['a key that is not there', 'absent', 'key path not found'],
    ['a key of a list, though it is empty', 'list', 'does not address a scalar node'],
  ])('does not set %s', async (_, key, message) => {
    expect(await run(update(key, '[a]'))).toMatchObject({ phase: 'Errored', message: expect.stringContaining(message) });
  });
});
