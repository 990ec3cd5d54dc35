/** pnpm 12 is a native program: it runs where Node is too old for pnpm 11. */
export const pnpm = 'pnpm@12.21.0';
