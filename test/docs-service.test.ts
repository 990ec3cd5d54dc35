import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { commandTable } from '../packages/cli/src/command-table.ts';
import { problemTable } from '../packages/verifier/src/service/request/problem.ts';
import { readPage, section, tableRows, unquoted } from './markdown.ts';
import { workspaceRoot } from './rules/source-files.ts';
import { openApi } from './service/documented-answer.ts';
import { ask, post, ServiceBench } from './service/service-bench.ts';

const page = readPage('service.md');

test('the options in docs/service.md are those of the command, with their defaults', async () => {
  const module = await commandTable.find(({ name }) => name === 'serve')?.load();
  const command = new Command('serve');
  module?.declare(command, () => undefined);
  const declared = command.options.map(({ long, defaultValue }) => `${long} ${defaultValue ?? ''}`);
  const documented = tableRows(section(page, '## Run it')).map((row) => `${unquoted(row['option'])} ${unquoted(row['default'])}`);

  expect(documented.toSorted()).toEqual(declared.toSorted());
});

test('the routes are those of the OpenAPI document', () => {
  const documented = tableRows(section(page, '## What it answers')).flatMap(({ route }) => (route === undefined ? [] : [unquoted(route)]));
  const paths = Object.entries(openApi.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));

  expect(documented.toSorted()).toEqual(paths.toSorted());
});

test('the codes in docs/errors.md are those of the service, with status and meaning', () => {
  const rows = tableRows(section(readPage('errors.md'), '## Answers of the verify service'));
  const documented = rows.map((row) => [unquoted(row['code']), Number(row['status']), row['meaning']]);
  const actual = Object.entries(problemTable).map(([code, [status, meaning]]) => [code, status, meaning]);

  expect(documented.filter(([code]) => code !== 'STATED_DIFFERS')).toEqual(actual);
  expect(rows.filter((row) => row['what to do'] === '')).toEqual([]);
});

test('the events of the log are those that are in the sources', () => {
  const folders = ['packages/verifier/src/service', 'packages/cli/src/serve', 'packages/cli/src/commands/serve.ts'];
  const sources = folders.flatMap((path) => sourcesUnder(join(workspaceRoot, path))).join('\n');
  const said = new Set([...sources.matchAll(/event: '([a-z-]+)'(?! \|)/g)].map(([, event]) => event));
  const documented = tableRows(section(page, '## Logs')).flatMap(({ event = '' }) => event.split(', ').map((name) => unquoted(name)));

  expect(new Set(documented)).toEqual(said);
});

function sourcesUnder(path: string): readonly string[] {
  if (path.endsWith('.ts')) return path.endsWith('.test.ts') ? [] : [readFileSync(path, 'utf8')];
  return statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => sourcesUnder(join(path, name))) : [];
}

describe('the metrics', () => {
  test('are those that a service shows, with their labels', async () => {
    await using bench = await ServiceBench.start();
    const service = await bench.serve();
    bench.registry.fail({ path: /\/referrers\//, times: 1, fault: { kind: 'answer', status: 403 } });
    await post(service, '/v1/verify', { capsule: bench.capsule });
    expect((await ask(service, '/metrics')).status).toBe(200);
    const text = await (await fetch(`${service.url}/metrics`)).text();
    const rows = tableRows(section(page, '## Metrics')).map((row) => ({ name: unquoted(row['metric']), labels: row['labels'] }));
    const shown = [...text.matchAll(/^# TYPE (capsule_\w+) /gm)].map(([, name]) => String(name));

    expect(rows.map(({ name }) => name).toSorted()).toEqual(shown.toSorted());
    for (const { name, labels = '' } of rows) {
      const [, found = ''] = new RegExp(`^${name}(?:_count)?(?:\\{(.*)\\})? `, 'm').exec(text) ?? [];
      if (!name.includes('trusted_root')) expect([name, found.replaceAll(/="[^"]*"/g, '')]).toEqual([name, labels.replaceAll(' ', '')]);
    }
  });
});
