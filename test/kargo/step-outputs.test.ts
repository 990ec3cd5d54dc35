import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../releases/temporary-directory.ts';
import type { WrittenStep } from './interpreter/manifest.ts';
import type { PromotionOutcome } from './interpreter/promote.ts';
import { type RunOptions, runSteps, statusesOf, step } from './interpreter/testing/run-steps.ts';

const directory = temporaryDirectory();

const run = (steps: readonly WrittenStep[], options: Omit<RunOptions, 'workDir'> = {}): Promise<PromotionOutcome> => {
  return runSteps(steps, { workDir: mkdtempSync(join(directory, 'work-')), ...options });
};

const write = step('file-write', 'write', { path: './file', contents: 'x' });
const seen = (expression: string): WrittenStep => step('compose-output', 'seen', { value: `\${{ ${expression} }}` });

describe('a step without output', () => {
  test.each([
    ['that has run', write],
    ['that a condition has skipped', { ...write, if: '${{ false }}' }],
  ])('%s leaves nil', async (_, first) => {
    const { state } = await run([first, seen('[outputs.write == nil, outputs.write?.any == nil]')]);
    expect(state['seen']).toEqual({ value: [true, true] });
  });

  // In Kargo it is an error once the promotion has waited in between.
  test('has no members that could be asked for', async () => {
    const outcome = await run([write, seen('outputs.write.any')]);
    expect(outcome).toMatchObject({ phase: 'Errored', message: 'failed to build step context: failed to get step config: cannot fetch any from <nil>' });
  });
});

describe('the message of a step', () => {
  test.each<[what: string, steps: WrittenStep, phase: string, message: string]>([
    ['that says no', step('fail', 'f', { message: 'no' }), 'Failed', 'step "f": failed: no'],
    ['that may be tried again', step('copy', 'c', { inPath: 'a', outPath: 'b' }), 'Errored', 'step "c" met error threshold of 1: error running step "c": '],
    ['that cannot be repeated', step('oci-download', 'o', { imageRef: 'x:y', outPath: '.' }), 'Errored', 'an unrecoverable error occurred: error running step "o": '],
    ['whose config is missing', step('fail', 'f'), 'Failed', 'step "f": invalid fail config: '],
    ['whose condition is no bool', step('fail', 'f', { message: 'no' }, { if: 'true' }), 'Errored', 'error checking if step "f" should be skipped: expression must evaluate to a boolean'],
    ['that Kargo does not have', step('none', 'n', {}), 'Errored', 'step kind "none" is not registered'],
  ])('%s names it', async (_, one, phase, message) => {
    expect(await run([one])).toMatchObject({ phase, message: expect.stringContaining(message) });
  });
});

describe('status()', () => {
  const inner = step('compose-output', 'inner', { a: 1 });
  const task = { name: 'one', vars: [], steps: [inner, seen("[status('inner'), status('outer'), status('a::inner')]")] };

  test('says how a step has ended, and nothing of one that is not there', async () => {
    const skipped = { ...write, if: '${{ false }}' };
    const { state } = await run([skipped, step('fail', 'f', { message: 'no' }, { continueOnError: true }), seen("[status('write'), status('f'), status('none'), success()]")]);
    expect(state['seen']).toEqual({ value: ['Skipped', 'Failed', '', true] });
  });

  test('does not look into a task, and not out of it', async () => {
    const uses: WrittenStep = { task: { name: 'one' }, as: 'a' };
    const { state } = await run([step('compose-output', 'outer', { a: 1 }), uses, seen("[status('inner'), status('a::inner'), status('outer')]")], { tasks: [task] });
    expect(state).toMatchObject({ 'a::seen': { value: ['Succeeded', '', ''] }, seen: { value: ['', '', 'Succeeded'] } });
  });
});

describe('what is written down, and what is secret,', () => {
  const set = (kind: string, name: string): WrittenStep => step('set-metadata', 'set', { updates: [{ kind, name, values: { a: 1 } }] });

  test('is kept of the Stage and the Freight of the promotion', async () => {
    const metadata = { Stage: new Map(), Freight: new Map([['f00', { before: true }]]) };
    expect(statusesOf(await run([set('Freight', 'f00'), { ...set('Stage', 'test'), as: 'stage' }], { metadata }))).toEqual({ set: 'Succeeded', stage: 'Succeeded' });
    expect([metadata.Freight.get('f00'), metadata.Stage.get('test')]).toEqual([{ before: true, a: 1 }, { a: 1 }]);
  });

  test.each([['Freight', 'other'], ['Stage', 'f00']])('is an error of a %s that is not there', async (kind, name) => {
    expect(await run([set(kind, name)])).toMatchObject({ phase: 'Errored', message: expect.stringContaining(`error getting ${kind}`) });
  });

  test('is an empty text where a Secret, or its key, is not there', async () => {
    const { state } = await run([seen("[secret('there').key, secret('there').other, secret('absent').key]")], { secrets: { there: { key: 'value' } } });
    expect(state['seen']).toEqual({ value: ['value', '', ''] });
  });
});
