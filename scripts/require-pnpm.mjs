// npm would install the root's tools without linking the packages to one another.
if (!(process.env.npm_config_user_agent ?? '').startsWith('pnpm')) {
  console.error('This workspace is installed by pnpm, which its scripts bring along: run `npm test` or `npm run demo`.');
  process.exit(1);
}
