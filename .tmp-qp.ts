const { openProgress } = await import('./src/progress/store.ts');
const s = await openProgress();
console.log(s.path, s.notices, process.listenerCount('SIGINT'), process.listenerCount('SIGTERM'), process.listenerCount('exit'));
console.log(await s.record({type:'step-seen', course:'built-in', file:'lessons/a.md', step:'x', at: Date.now()}));
console.log(JSON.stringify(s.progress()));
