const maxCauses = 5; // an error can be its own cause

/** Says what lies at the bottom of an error: its code, if it has one, and its message. */
export function deepestMessage(error: unknown): string {
  let deepest = error;
  for (let depth = 0; depth < maxCauses && deepest instanceof Error && deepest.cause !== undefined; depth += 1) deepest = deepest.cause;
  if (!(deepest instanceof Error)) return String(deepest);
  const { message } = deepest;
  const code = 'code' in deepest && typeof deepest.code === 'string' ? deepest.code : undefined;
  if (code === undefined || message.includes(code)) return message;
  return message === '' ? code : `${message} (${code})`;
}
