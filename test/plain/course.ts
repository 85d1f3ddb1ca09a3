import type { Course, Lesson, Quiz } from '../../src/course/model.ts';
import { parseLesson, parseQuiz } from '../../src/course/parse-file.ts';

export const lessonSource = `---
title: The *small* story
minutes: 1
objectives:
  - Tell who answers
stack: one-server
---

## A page {#page}

Ask for it.

\`\`\`lab
request /guestbook => 200 from app
\`\`\`

Behind the page.

## The application is gone {#gone}

It is stopped.

**Predict:** what comes back?

- [ ] The page => 200 from app {#page-anyway}
  > Nobody builds it.
- [x] 502 Bad Gateway => 502 from web {#bad-gateway}
  > Nginx says so.

> [!TIP]
> Who still listens?

\`\`\`lab
stop app
request /guestbook => ?
start app
\`\`\`

## A question {#ports}

**Choose:** Which port?

- [x] 80 {#eighty}
  > The port of HTTP.
- [ ] 53 {#fifty-three}
  > That is DNS.
`;

export const quizSource = `---
title: Small quiz
minutes: 1
objectives:
  - Tell who answers
stack: one-server
pass: 60
---

## Ports {#ports}

**Choose:** Which port?

- [x] 80 {#eighty}
  > The port of HTTP.
- [ ] 53 {#fifty-three}
  > That is DNS.

> [!TIP]
> Not that of DNS.

## Sum {#sum}

What is 40 + 2?

**Answer:** 42 ± 0

> Because.

## Gone {#gone}

**Predict:** what comes back?

- [ ] The page => 200 from app {#page-anyway}
  > Nobody builds it.
- [x] 502 Bad Gateway => 502 from web {#bad-gateway}
  > Nginx says so.

\`\`\`lab
stop app
request /guestbook => ?
\`\`\`

Behind the block.
`;

const withoutProblems = <T extends { problems: unknown[] }>(parsed: T): T => {
  if (parsed.problems.length > 0) throw new Error(JSON.stringify(parsed.problems));
  return parsed;
};

export const lesson: Lesson = withoutProblems(parseLesson('lessons/01-small.md', lessonSource)).lesson;
export const quiz: Quiz = withoutProblems(parseQuiz('quizzes/small.md', quizSource)).quiz;
export const course: Course = { id: 'test', dir: '/nowhere', lessons: [lesson], quizzes: [quiz] };
