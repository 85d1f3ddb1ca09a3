import { connect } from 'node:net';
import type { Connection } from 'mysql2/promise';
import type { Endpoint } from '../../address-book.ts';
import type { Login } from '../ask-database.ts';
import type { Watch } from './balancer-watch.ts';
import { missedBeats } from './beat.ts';

/** In heartbeats: how long an answer may take, and how many may be missing. A slow statement must not look like death. */
const answerBeats = 3;
const missedAnswers = 3;
const tries = missedBeats;

export interface PrimaryEvents {
  answered(): void;
  /** It cannot be reached, or does not answer: what was seen. Said again as long as it lasts. */
  lost(why: string): void;
}

export interface PrimaryWatch extends Watch {
  /** Sent as soon as it can be: a paused database obeys it before anything else when it goes on. */
  leaveWith(statement: string): void;
}

/** Asks `SELECT 1` at every beat over a connection that is held. */
export const watchPrimary = (
  here: Endpoint,
  { user, password }: Login,
  { answered, lost }: PrimaryEvents,
): PrimaryWatch => {
  let connection: Connection | undefined;
  let waited: number | undefined;
  let failures = 0;
  let parting: string | undefined;
  let closed = false;
  let hangUp = (): void => {};

  const heard = (): void => {
    waited = undefined;
    failures = 0;
    if (!closed) answered();
  };
  const failed = (why: string): void => {
    connection = undefined;
    waited = undefined;
    failures += 1;
    if (!closed && failures >= tries) lost(why);
  };

  const ask = async (asked: Connection): Promise<void> => {
    waited = 0;
    await asked.query('SELECT 1').catch(error => {
      if (!isAnswer(error)) throw error;
    });
    if (parting) await asked.query(parting).finally(() => asked.destroy());
    heard();
  };

  const dial = async (): Promise<void> => {
    waited = 0;
    const { createConnection } = await import('../../mysql.ts');
    if (closed) return;
    const socket = connect({ host: here.host, port: here.port }).setNoDelay(true);
    hangUp = () => socket.destroy();
    let why = 'the connection was closed';
    socket.on('error', (error: NodeJS.ErrnoException) => {
      why = error.code === 'ECONNREFUSED' ? 'the connection is refused' : error.message;
    });
    try {
      const made = await createConnection({ user, password, stream: () => socket });
      made.on('error', () => {});
      connection = made;
      socket.on('close', () => {
        // Whether it can be made again tells more.
        connection = undefined;
        if (!closed) void dial();
      });
      ask(made).catch(() => {});
    } catch (error) {
      socket.destroy();
      if (isAnswer(error)) heard();
      else failed(why);
    }
  };

  void dial();
  return {
    beat: () => {
      if (waited === undefined) {
        if (connection) ask(connection).catch(() => {});
        else void dial();
        return;
      }
      waited += 1;
      if (waited >= answerBeats * missedAnswers && waited % answerBeats === 0)
        lost(`${waited / answerBeats} answers are missing`);
    },
    leaveWith: statement => {
      closed = true;
      parting = statement;
    },
    close: () => {
      closed = true;
      hangUp();
    },
  };
};

/** Who refuses us is alive. */
const isAnswer = (error: unknown): boolean => (error as { sqlState?: string }).sqlState !== undefined;
