#!/usr/bin/env node
// Only what every Node can read, and nothing imported: an old Node has to get as far as the message.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  console.error(
    `web-stack-tutor needs Node 22.13 or newer, and this is Node ${process.versions.node}: install a newer one from https://nodejs.org`,
  );
  process.exitCode = 2;
} else {
  start();
}

async function start(): Promise<void> {
  // The compile cache has to be on before the modules that it should hold are loaded.
  const { startCompileCache } = await import('./compile-cache.ts');
  startCompileCache();
  const { main } = await import('./commands/main.ts');
  // What never comes to an end must not look as if it had gone well.
  process.exitCode = 1;
  process.exitCode = await main(process.argv.slice(2));
}
