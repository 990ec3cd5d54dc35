import { parse } from 'yaml';
import type { ValueMap } from '../expression/values.ts';
import type { HttpAnswer } from '../send-request.ts';

/** Makes `response` of an answer. Source: Kargo v1.11.2, pkg/promotion/runner/builtin/http_requester.go, buildExprEnv. */
export function readAnswer({ status, headers, body }: HttpAnswer, forcedType?: string): ValueMap {
  const type = forcedType ?? (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const header = (name: unknown): string => headers.get(String(name)) ?? '';
  return { status, header, headers: Object.fromEntries(headers), body: body === '' ? {} : readBody(body, type) };
}

function readBody(body: string, type: string): unknown {
  if (type === 'text/plain') return body;
  if (['application/yaml', 'text/yaml', 'application/x-yaml'].includes(type)) return parse(body);
  if (type === 'application/json') return JSON.parse(body);
  try {
    return JSON.parse(body);
  } catch {
    return {}; // of an unknown type, and no JSON: nothing to look at
  }
}
