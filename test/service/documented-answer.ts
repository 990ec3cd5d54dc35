import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { workspaceRoot } from '../rules/source-files.ts';

/** An operation as the OpenAPI document has it. */
interface Operation {
  readonly responses: Readonly<Record<string, DocumentedResponse | { readonly $ref: string }>>;
}

interface DocumentedResponse {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content: Readonly<Record<string, object>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly responses: Readonly<Record<string, DocumentedResponse>>;
    readonly schemas: Readonly<Record<string, object>>;
  };
}

/** The document that the service publishes of itself. */
export const openApi: Document = JSON.parse(readFileSync(join(workspaceRoot, 'packages/verifier/src/service/open-api.json'), 'utf8'));

const ajv = new Ajv2020({ strict: false });
ajv.addSchema(openApi, 'openapi');

/** An answer as it came. */
export interface ReceivedAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Lists how an answer differs from what the document says of its route and status. */
export function undocumented({ method, path, status, headers, body }: ReceivedAnswer): readonly string[] {
  const operations = openApi.paths[path];
  if (operations === undefined) return status === 404 ? [] : [`${path} is not documented, and answers ${status}`];
  const verb = (method === 'HEAD' ? 'GET' : method).toLowerCase();
  const operation = operations[verb];
  if (operation === undefined) return status === 405 ? [] : [`${method} ${path} is not documented, and answers ${status}`];
  const response = operation.responses[String(status)];
  if (response === undefined) return [`${method} ${path} answers ${status}, which is not documented`];
  const { pointer, documented } = locate(response, `/paths/${escape(path)}/${verb}/responses/${status}`);
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  if (documented.content[type] === undefined) return [`${method} ${path} answers ${status} as ${type}, which is not documented`];
  const missing = Object.entries(documented.headers ?? {}).filter(([name, { required }]) => required === true && !headers.has(name));
  const isValid = ajv.validate({ $ref: `openapi#${pointer}/content/${escape(type)}/schema` }, body);
  return [...missing.map(([name]) => `${name} is missing`), ...(isValid ? [] : [`${method} ${path} ${status}: ${ajv.errorsText()}`])];
}

interface Located {
  readonly pointer: string;
  readonly documented: DocumentedResponse;
}

function locate(response: DocumentedResponse | { readonly $ref: string }, pointer: string): Located {
  if (!('$ref' in response)) return { pointer, documented: response };
  const name = response.$ref.split('/').at(-1) ?? '';
  const documented = openApi.components.responses[name];
  if (documented === undefined) throw new Error(`${response.$ref} is not in the document`);
  return { pointer: `/components/responses/${name}`, documented };
}

function escape(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
