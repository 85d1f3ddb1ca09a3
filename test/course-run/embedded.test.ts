import { stackCases } from '../stack/engine-cases.ts';
import { runCourseOn } from './course-run.ts';

// In a file of its own: the two engines can be tried side by side.
for (const stackCase of stackCases) if (stackCase.engine === 'embedded') runCourseOn(stackCase);
