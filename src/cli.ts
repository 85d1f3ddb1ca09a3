#!/usr/bin/env node
// Nothing heavy may be imported here: the version check must run on any Node, and the compile cache has to be
// on before the modules that it should hold are loaded.
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  console.error(`web-stack-tutor needs Node 22.13 or newer, and this is Node ${process.versions.node}.`);
  process.exitCode = 2;
} else {
  module.enableCompileCache?.();
  const { main } = await import('./commands/main.ts');
  process.exitCode = await main(process.argv.slice(2));
}
