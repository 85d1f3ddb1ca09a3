/*
 * The first `new Intl.Segmenter()` of a process takes 15 to 25 ms, and the libraries of the screens make theirs
 * while they are loaded. The bundle has this in its place (see build.ts): text of which every character is plainly a
 * grapheme of its own needs none, and that is all text of the first frame.
 */

// Read in this way because the bundler replaces the usual one.
const Segmenter: typeof Intl.Segmenter = Reflect.get(Intl, 'Segmenter');

// ASCII without line ends, Latin-1, punctuation, arrows, lines, blocks and the like: nothing that joins its neighbours.
const single =
  /^[\u001B\u0020-\u007E\u00A0-\u00A8\u00AA-\u00AC\u00AF-\u00FF\u2010-\u2027\u2190-\u2193\u2500-\u259F\u25A0\u25A1\u25B6\u25CB\u25CC\u25CF\u2714\u2718\u2800-\u28FF]*$/;

export class QuickSegmenter {
  readonly #options: ConstructorParameters<typeof Intl.Segmenter>;
  #real: Intl.Segmenter | undefined;

  constructor(...options: ConstructorParameters<typeof Intl.Segmenter>) {
    this.#options = options;
  }

  segment(input: string): Intl.Segments {
    const { granularity = 'grapheme' } = this.#options[1] ?? {};
    const real = () => {
      this.#real ??= new Segmenter(...this.#options);
      return this.#real.segment(input);
    };
    if (granularity !== 'grapheme' || !single.test(input)) return real();
    return {
      containing: index => real().containing(index),
      *[Symbol.iterator]() {
        for (let index = 0; index < input.length; index++)
          yield { segment: input[index] as string, index, input };
      },
    } as Intl.Segments;
  }
}
