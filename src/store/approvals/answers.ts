import type { Database } from '../database.ts';
import { storedText } from '../stored-text.ts';

/** What a command in a comment was answered. */
export interface Answer {
  thread: 'issue' | 'review';
  /** The person's comment. */
  commentId: number;
  /** Of the issue or pull request. */
  number: number;
  author: string;
  command: string;
  /** Markdown, ready to be shown. */
  text: string;
  /** What is said only once in a thread has the same key; null for what may be said again. */
  once: string | null;
  at: Date;
}

/** Keeps the answer. @returns false when the comment was answered before, or the same is said there already */
export async function saveAnswer(database: Database, repositoryId: number, answer: Answer): Promise<boolean> {
  const result = await database
    .insertInto('answers')
    .values({
      repository_id: repositoryId,
      thread: answer.thread,
      comment_id: answer.commentId,
      number: answer.number,
      author: answer.author,
      command: storedText(answer.command),
      text: storedText(answer.text),
      once: answer.once,
      at: answer.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function isAnswered(
  database: Database,
  repositoryId: number,
  { thread, commentId }: Pick<Answer, 'thread' | 'commentId'>,
): Promise<boolean> {
  const row = await database
    .selectFrom('answers')
    .select('comment_id')
    .where('repository_id', '=', repositoryId)
    .where('thread', '=', thread)
    .where('comment_id', '=', commentId)
    .executeTakeFirst();
  return row !== undefined;
}

/** The newest answers of an issue or pull request, newest first. */
export async function newestAnswers(database: Database, repositoryId: number, number: number, limit: number): Promise<Answer[]> {
  const rows = await database
    .selectFrom('answers')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('number', '=', number)
    .orderBy('at', 'desc')
    .orderBy('comment_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    thread: row.thread,
    commentId: row.comment_id,
    number: row.number,
    author: row.author,
    command: row.command,
    text: row.text,
    once: row.once,
    at: row.at,
  }));
}

/** Regreen's one comment in an issue or pull request, as far as it got. */
export interface Thread {
  commentId: number | null;
  contentHash: string | null;
}

export async function findThread(database: Database, repositoryId: number, number: number): Promise<Thread | null> {
  const row = await database
    .selectFrom('threads')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('number', '=', number)
    .executeTakeFirst();
  return row ? { commentId: row.comment_id, contentHash: row.content_hash } : null;
}

export async function saveThread(database: Database, repositoryId: number, number: number, thread: Thread): Promise<void> {
  const values = { comment_id: thread.commentId, content_hash: thread.contentHash };
  await database
    .insertInto('threads')
    .values({ repository_id: repositoryId, number, ...values })
    .onConflict((conflict) => conflict.columns(['repository_id', 'number']).doUpdateSet(values))
    .execute();
}
