import { isJsonObject } from '@release-capsule/oci';

/**
 * Leaves out of a message's JSON what stands for "not set". Writers differ in whether they spell it: older ones of
 * sigstore-js write `"keyid":""` and `"inclusionPromise":null`, newer ones leave both out.
 * Source: Protocol Buffers, "ProtoJSON Format", "Presence and default-values".
 */
export function stripProtobufDefaults(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(stripProtobufDefaults);
  if (!isJsonObject(json)) return json;
  const members = Object.entries(json).map(([name, value]) => [name, stripProtobufDefaults(value)] as const);
  return Object.fromEntries(members.filter(([, value]) => !isDefault(value)));
}

function isDefault(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || value === '' || value === '0' || value === 0 || value === false;
}
