import { Box } from 'ink';
import { blank, fit, type Line, line, span } from '../../plain/line.ts';
import { Frame } from '../components/frame.tsx';
import { Menu } from '../components/menu.tsx';
import { Rows } from '../components/rows.tsx';
import { StackPanes } from '../components/stack-panes.tsx';
import type { Screen } from '../navigation.ts';
import { type Shell, useShell } from '../shell.ts';

type Choice = Screen | 'quit';

/** Continue, the parts of the course, the lab; beside them the stack that is coming up. */
export const Home = () => {
  const shell = useShell();
  const { layout, navigate, quit } = shell;
  const items = homeItems(shell);
  const width = layout.text.width;
  return (
    <Frame mode="home" title="How a website works">
      <Box gap={layout.gap}>
        <Box flexDirection="column" width={width} flexShrink={0}>
          <Rows rows={greeting(shell).map(row => fit(row, width))} width={width} />
          <Menu
            items={items}
            width={width}
            onSelect={(choice: Choice) => {
              if (choice === 'quit') quit(0);
              else navigate({ type: 'open', screen: choice });
            }}
          />
        </Box>
        {layout.mode !== 'single' && <StackPanes />}
      </Box>
    </Frame>
  );
};

const greeting = ({ course, layout }: Shell): Line[] => [
  line(span('A user wants to access www.foobar.com.', 'strong')),
  ...(layout.body.height > 14
    ? [
        line(span('What happens next really happens: a name server, a web server,')),
        line(span('an application and a database run on this machine.')),
      ]
    : []),
  blank,
  ...(course.state === 'failed' ? [line(span(course.error, 'bad')), blank] : []),
];

const homeItems = ({ course, progress }: Shell): { key: string; label: string; value: Choice }[] => {
  const place = course.state === 'ready' ? progress.place(course.course) : undefined;
  const quizzes = course.state !== 'ready' || course.course.quizzes.length > 0;
  const item = (label: string, value: Screen) => ({ key: label, label, value });
  return [
    place
      ? {
          key: 'continue',
          label: `${place.begun ? 'Continue' : 'Start'}: ${place.title}`,
          value: { name: 'lesson' as const, lesson: place.lesson, step: place.step },
        }
      : { key: 'continue', label: 'Start', value: { name: 'lessons' as const } },
    item('Lessons', { name: 'lessons' }),
    ...(quizzes ? [item('Quizzes', { name: 'quizzes' })] : []),
    item('Lab', { name: 'lab' }),
    item('Progress', { name: 'progress' }),
    { key: 'quit', label: 'Quit', value: 'quit' },
  ];
};
