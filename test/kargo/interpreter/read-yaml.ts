import { isScalar, parseAllDocuments, Scalar, visit } from 'yaml';

const nulls = ['', '~', 'null', 'Null', 'NULL'];
const truths = ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'];
const untruths = ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'];
const endless = /^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/;
const integer = /^([-+]?)(0x[\da-f]+|0b[01]+|0o?[0-7]+)$/i;
const float = /^[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$/i;

/**
 * Reads the first document of a YAML text as Kubernetes' programs do: by YAML 1.1, in which `yes` is a bool and `0123` octal; what
 * reads as a time is a text. Source: sigs.k8s.io/yaml v1.6, goyaml.v2/resolve.go.
 * @throws {Error} for infinity, which JSON does not have.
 */
export function readYaml(text: string): unknown {
  const [document] = parseAllDocuments(text, { schema: 'failsafe' });
  if (document === undefined) return null;
  const [defect] = document.errors ?? [];
  if (defect !== undefined) throw new Error(`could not parse YAML file: ${defect.message}`);
  visit(document, {
    Scalar(_, node) {
      if (node.type === Scalar.PLAIN && node.tag === undefined) node.value = resolve(String(node.value));
    },
  });
  return isScalar(document.contents) && document.contents.value === null ? null : (document.toJS() ?? null);
}

function resolve(plain: string): unknown {
  if (nulls.includes(plain)) return null;
  if (truths.includes(plain)) return true;
  if (untruths.includes(plain)) return false;
  if (endless.test(plain)) throw new Error(`could not parse YAML file: json: unsupported value: ${plain}`);
  if (!/^[-+.\d]/.test(plain)) return plain;
  return resolveNumber(plain.replaceAll('_', '')) ?? plain;
}

function resolveNumber(digits: string): number | undefined {
  const [, sign, magnitude] = integer.exec(digits) ?? [];
  if (magnitude === undefined) return float.test(digits) ? Number(digits) : undefined;
  const value = Number(/^0[0-7]/.test(magnitude) ? `0o${magnitude.slice(1)}` : magnitude.toLowerCase());
  return sign === '-' ? -value : value;
}
