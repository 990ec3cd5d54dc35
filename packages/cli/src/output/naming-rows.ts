import { formatImageText, type ImageNaming } from '@release-capsule/schema';

/** Describes to people how a package names an image. */
export function namingRows({ names, values }: ImageNaming): readonly (readonly [string, string])[] {
  return [
    ...(names.length === 0 ? [] : [['named', names.map(formatImageText).join(', ')] as const]),
    ...(values === undefined ? [] : [['values', Object.entries(values).map(([what, path]) => `${what}: ${path}`).join(', ')] as const]),
  ];
}
