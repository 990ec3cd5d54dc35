import { Config } from '../config.ts';
import { parseDuration } from '../duration.ts';
import { evaluateExpression } from '../expression/evaluate-expression.ts';
import type { ValueMap } from '../expression/values.ts';
import { type HttpAnswer, sendRequest } from '../send-request.ts';
import { failed, type StepContext, type StepResult } from '../step.ts';
import { readAnswer } from './http-answer.ts';
import { extract } from './yaml-parse.ts';

/**
 * Sends a request and judges the answer by expressions: failure first, then success; where both are stated and neither is true, the
 * step runs on. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/http_requester.go.
 */
export async function http({ config: raw }: StepContext): Promise<StepResult> {
  const config = new Config('http', raw).without('proxy');
  const answer = await sendRequest(requestOf(config));
  const values = { response: readAnswer(answer, config.optionalText('responseContentType')) };
  const success = judge(config.optionalText('successExpression'), values);
  const failure = judge(config.optionalText('failureExpression'), values);
  if (failure === true) throw failed(explain(config, answer, values));
  if (success ?? (failure === undefined && answer.status >= 200 && answer.status < 300)) return succeeded(config, values);
  if (success === undefined && failure === undefined) return { status: 'Failed' };
  return { status: 'Running', retryAfter: parseDuration(config.optionalText('pollInterval') ?? '30s') };
}

function requestOf(config: Config): Parameters<typeof sendRequest>[0] {
  return {
    method: config.optionalText('method') ?? 'GET',
    url: withQuery(config),
    headers: pairs(config, 'headers'),
    body: config.optionalText('body') ?? '',
    timeout: parseDuration(config.optionalText('timeout') ?? '10s'),
    acceptAnyCertificate: config.flag('insecureSkipTLSVerify'),
  };
}

function withQuery(config: Config): URL {
  const url = new URL(config.text('url'));
  for (const [name, value] of pairs(config, 'queryParams')) url.searchParams.append(name, value);
  return url;
}

function pairs(config: Config, key: string): readonly (readonly [name: string, value: string])[] {
  const named = config.list(key).map((each) => new Config('http', each));
  return named.map((each) => [each.text('name'), each.text('value')] as const);
}

function judge(expression: string | undefined, values: ValueMap): boolean | undefined {
  if (expression === undefined || expression === '') return undefined;
  const verdict = evaluateExpression(expression, { values });
  if (typeof verdict !== 'boolean') throw new Error(`expression "${expression}" did not evaluate to a boolean`);
  return verdict;
}

function explain(config: Config, { status }: HttpAnswer, values: ValueMap): string {
  const plain = `HTTP (${status}) response met failure criteria`;
  const expression = config.optionalText('errorExpression');
  if (expression === undefined) return plain;
  const message = evaluateExpression(expression, { values });
  return typeof message === 'string' && message !== '' ? `${plain}: ${JSON.stringify(message)}` : plain;
}

function succeeded(config: Config, values: ValueMap): StepResult {
  return { status: 'Succeeded', output: Object.fromEntries(config.list('outputs').map((output) => extract('http', output, values))) };
}
