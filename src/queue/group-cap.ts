import { QUEUE_NAMES, QUEUES } from './queues.ts';

/**
 * Keeps each queue's cap for a repository when several workers fetch at the same moment. pg-boss counts the active jobs of a
 * group in the statement that fetches, and two such statements do not see each other's. This trigger takes a lock for the
 * group, counts again, and leaves the row alone when there is no place: it is then not fetched. Nobody waits for the lock, so
 * there is no deadlock; who does not get it leaves the job to the next fetch.
 */
export const GROUP_CAP_SQL = `
  begin;
  select pg_advisory_xact_lock(hashtextextended('regreen group cap', 0));
  create or replace function pgboss.regreen_group_cap() returns trigger language plpgsql as $$
  declare
    cap constant integer := case new.name ${QUEUE_NAMES.map((name) => `when '${name}' then ${QUEUES[name].perRepository}`).join(' ')} end;
    running integer;
  begin
    if cap is null then
      return new;
    end if;
    if not pg_try_advisory_xact_lock(hashtextextended('regreen group ' || new.name || ' ' || new.group_id, 0)) then
      return null;
    end if;
    select count(*) into running from pgboss.job
      where name = new.name and group_id = new.group_id and state = 'active' and id <> new.id;
    if running >= cap then
      return null;
    end if;
    return new;
  end $$;
  create or replace trigger regreen_group_cap before update of state on pgboss.job for each row
    when (new.state = 'active' and old.state <> 'active' and new.group_id is not null)
    execute function pgboss.regreen_group_cap();
  commit`;
