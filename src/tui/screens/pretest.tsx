import { Box } from 'ink';
import { useEffect, useReducer, useState } from 'react';
import { blank, line, span, wrap } from '../../plain/line.ts';
import { onlyAsked, type PretestOffer, pretestOffer } from '../../progress/pretest-offer.ts';
import { isPretestOver, pretestAnswers, pretestReducer, startPretest } from '../../quiz/pretest.ts';
import { Frame } from '../components/frame.tsx';
import { Menu } from '../components/menu.tsx';
import { Message } from '../components/message.tsx';
import { Rows } from '../components/rows.tsx';
import type { RenderMarkdown } from '../hooks/use-markdown.ts';
import type { Screen } from '../navigation.ts';
import { Section } from '../section/section.tsx';
import { useShell } from '../shell.ts';

const title = 'Before you begin';

type Props = { lesson: string; step?: string | undefined };

/** Offers three questions of the quiz before its lessons, and leads on to the lesson. */
export const Pretest = ({ lesson, step }: Props) => {
  const { course, progress, markdown: render, navigate, layout } = useShell();
  const [taken, setTaken] = useState(false);
  const known = course.state === 'ready' ? progress.progress : undefined;
  // What is offered does not change while it is answered.
  const [offer, setOffer] = useState<PretestOffer | 'none'>();
  if (known && course.state === 'ready' && !offer)
    setOffer(pretestOffer(course.course, known, lesson) ?? 'none');
  const on = (): void => {
    const screen: Screen = { name: 'lesson', lesson, ...(step === undefined ? {} : { step }) };
    navigate({ type: 'replace', screen });
  };
  useEffect(() => {
    if (offer === 'none') on();
  });
  if (course.state === 'failed') return <Message title={title} text={course.error} />;
  if (course.state === 'loading' || !known || !render || !offer || offer === 'none')
    return <Message title={title} text="" />;
  const { quiz } = offer;
  const keep = (questions: ReturnType<typeof pretestAnswers>): void => {
    progress.record({
      type: 'pretested',
      course: course.course.id,
      at: Date.now(),
      file: quiz.file,
      questions,
    });
    on();
  };
  if (taken)
    return (
      <Questions offer={offer} seed={known.seed} course={course.course.id} render={render} onDone={keep} />
    );
  const { width } = layout.text;
  return (
    <Frame mode="menu" title={title}>
      <Box flexDirection="column" width={width}>
        <Rows
          width={width}
          rows={[
            line(span('Three questions first?', 'strong')),
            blank,
            ...sentences(quiz.title).flatMap(text => [...wrap(text, width).map(part => line(part)), blank]),
          ]}
        />
        <Menu
          width={width}
          items={[
            { key: 'yes', value: true, label: 'Answer the three questions' },
            { key: 'no', value: false, label: 'Go to the lesson' },
          ]}
          onSelect={yes => (yes ? setTaken(true) : keep({}))}
        />
      </Box>
    </Frame>
  );
};

const sentences = (quiz: string): string[] => [
  `They are from the quiz "${quiz}", which comes after these lessons. They are not scored, and nothing is said about your answers yet.`,
  'Wrong answers are welcome: having tried helps to remember what you read. After the quiz you see what you have gained.',
];

type QuestionsProps = {
  offer: PretestOffer;
  seed: number;
  course: string;
  render: RenderMarkdown;
  onDone: (answers: ReturnType<typeof pretestAnswers>) => void;
};

const Questions = ({ offer: { quiz, questions: asked }, seed, course, render, onDone }: QuestionsProps) => {
  const [steps] = useState(() => asked.map(onlyAsked));
  const [state, dispatch] = useReducer(pretestReducer, undefined, () =>
    startPretest(steps, { seed, course, file: quiz.file }),
  );
  const over = isPretestOver(state);
  useEffect(() => {
    if (over) onDone(pretestAnswers(state));
  });
  const question = state.questions[state.current];
  const step = steps.find(({ id }) => id === question?.id);
  if (over || !question || !step) return <Message title={title} text="" />;
  const unknown = () => dispatch({ type: 'unknown' });
  return (
    <Section
      title={title}
      detail={`question ${state.current + 1} of ${state.questions.length}`}
      note={`Not scored. If you do not know it: the arrow key to the right goes on.`}
      state={{ step, question, hints: 0, runs: {} }}
      render={render}
      onAnswer={answer => dispatch({ type: 'answer', answer })}
      onHint={() => {}}
      onRun={() => {}}
      next={unknown}
      onDone={unknown}
    />
  );
};
