import { type Selectable, sql } from 'kysely';
import { DEFAULT_SETTINGS, type Settings, settingsSchema } from '../../notify/rules/settings.ts';
import { type Rule, type RuleBody, ruleBodySchema } from '../../notify/rules/types.ts';
import type { Database } from '../database.ts';
import { storedJson, storedText } from '../stored-text.ts';
import type { NotificationRulesTable } from '../tables/notification-tables.ts';

export interface StoredRule extends Rule {
  createdAt: Date;
  updatedAt: Date;
}

export type NewRule = Pick<Rule, 'name' | 'enabled' | 'rule'>;

export async function listRules(database: Database): Promise<StoredRule[]> {
  const rows = await database.selectFrom('notification_rules').selectAll().orderBy('name').execute();
  return rows.map(toRule);
}

export async function findRule(database: Database, id: string): Promise<StoredRule | null> {
  const row = await database.selectFrom('notification_rules').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toRule(row) : null;
}

/** @returns null when the name is taken */
export async function addRule(database: Database, { name, enabled, rule }: NewRule, at: Date): Promise<StoredRule | null> {
  const row = await database
    .insertInto('notification_rules')
    .values({ name: storedText(name), enabled, rule: storedJson(rule), created_at: at, updated_at: at })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returningAll()
    .executeTakeFirst();
  return row ? toRule(row) : null;
}

/** @returns null when there is no such rule */
export async function replaceRule(
  database: Database,
  id: string,
  { name, enabled, rule }: NewRule,
  at: Date,
): Promise<StoredRule | null> {
  const row = await database
    .updateTable('notification_rules')
    .set({ name: storedText(name), enabled, rule: storedJson(rule), updated_at: at })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return row ? toRule(row) : null;
}

export async function removeRule(database: Database, id: string): Promise<boolean> {
  const result = await database.deleteFrom('notification_rules').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Names of the rules that tell a channel. */
export async function rulesOfChannel(database: Database, channelId: string): Promise<string[]> {
  const rows = await database
    .selectFrom('notification_rules')
    .select('name')
    .where(sql<boolean>`rule -> 'channels' ? ${channelId}::text`)
    .orderBy('name')
    .execute();
  return rows.map(({ name }) => name);
}

export async function readSettings(database: Database): Promise<Settings> {
  const row = await database.selectFrom('notification_settings').select('settings').executeTakeFirst();
  return row ? settingsSchema.parse(row.settings) : DEFAULT_SETTINGS;
}

export async function saveSettings(database: Database, settings: Settings, at: Date): Promise<void> {
  const values = { settings: storedJson(settings), updated_at: at };
  await database
    .insertInto('notification_settings')
    .values(values)
    .onConflict((conflict) => conflict.column('only_row').doUpdateSet(values))
    .execute();
}

/** A rule that was written before a field existed has that field's default. */
function toRule(row: Selectable<NotificationRulesTable>): StoredRule {
  const rule: RuleBody = ruleBodySchema.parse(row.rule);
  return { id: row.id, name: row.name, enabled: row.enabled, rule, createdAt: row.created_at, updatedAt: row.updated_at };
}
