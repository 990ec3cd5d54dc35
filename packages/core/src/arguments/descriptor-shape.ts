import type { ArgumentShape } from './find-fault.ts';

/** What functions name content by. Source: OCI image-spec v1.1.1, descriptor.md, "Properties". */
export const descriptorShape: ArgumentShape = { mediaType: 'text', digest: 'text', size: 'count' };
