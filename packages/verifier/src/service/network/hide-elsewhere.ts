import { type Fetch, hostList, OciError } from '@release-capsule/oci';

/** Which hosts a policy names, and who hears of the others. */
export interface HideOptions {
  /** The hosts that the policy allows: `host` or `host:port`. */
  readonly allowedHosts: readonly string[];
  /** The hosts that the policy names besides, as registries. Where it is given, how another one fails is told to `onHidden` alone. */
  readonly namedHosts?: readonly string[];
  /** Hears how a host failed that the policy does not name: the error that is thrown says only that it did. */
  readonly onHidden?: (host: string, error: unknown) => void;
}

/**
 * Keeps from whoever asks how a host fails that a policy does not name, and what it says as it refuses: a registry that leads there
 * would else have a private network searched, and its pages read, by the reasons of refusals.
 */
export function hideElsewhere(fetch: Fetch, { allowedHosts, namedHosts, onHidden }: HideOptions): Fetch {
  if (namedHosts === undefined) return fetch;
  const named = hostList([...allowedHosts, ...namedHosts]);
  return async (url, init) => {
    if (named.has(url)) return fetch(url, init);
    try {
      return await withoutWords(await fetch(url, init));
    } catch (error) {
      if (init.signal.aborted || isRefusal(error)) throw error;
      onHidden?.(url.host, error);
      throw hiddenFailure(url);
    }
  };
}

/** Leaves what is needed of an answer that refuses: its status, and when to ask again. */
async function withoutWords(answer: Response): Promise<Response> {
  if (answer.status < 400) return answer;
  await answer.body?.cancel();
  const retryAfter = answer.headers.get('retry-after');
  return new Response(null, { status: answer.status, headers: retryAfter === null ? {} : { 'retry-after': retryAfter } });
}

/** Without a cause: its code would be told. */
function hiddenFailure({ host }: URL): Error {
  return new Error(`${host} cannot be reached; the log of the service says why`);
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof OciError && error.cause.code === 'ADDRESS_REFUSED';
}
