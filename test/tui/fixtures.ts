import { fileURLToPath } from 'node:url';

export const fixtureCourse = fileURLToPath(new URL('./fixtures/course', import.meta.url));
export const builtInCourse = fileURLToPath(new URL('../..', import.meta.url));
export const taskCourse = fileURLToPath(new URL('./fixtures/tasks', import.meta.url));
export const loopCourse = fileURLToPath(new URL('./fixtures/loop', import.meta.url));
