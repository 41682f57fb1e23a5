import { sql } from 'kysely';
import type { Database } from '../database.ts';

/** An open incident of which the books say that it is over. */
export interface OvertakenIncident {
  id: string;
  repositoryId: number;
  branch: string;
  headRepository: string;
  /** The newest run that is green and newer than what is red; `null` where its pull request has ended. */
  greenRunId: number | null;
  greenWorkflow: string | null;
  redRunId: number;
  pullRequestNumber: number | null;
  pullRequestMerged: boolean | null;
}

/** The open incidents of a workflow on a branch that a newer green run, or the end of their pull request, has overtaken. */
export async function overtakenIncidents(
  database: Database,
  where: { repositoryId: number; headRepository: string; branch: string; workflowPath: string },
): Promise<OvertakenIncident[]> {
  const { rows } = await sql<OvertakenIncident>`
    select incidents.id, incidents.repository_id as "repositoryId", incidents.branch,
      incidents.head_repository as "headRepository", green.id as "greenRunId",
      green.workflow_name as "greenWorkflow", red.run_id as "redRunId", pulls.number as "pullRequestNumber",
      pulls.merged as "pullRequestMerged"
    from incidents
    join lateral (
      select diagnoses.run_id, diagnoses.run_attempt from diagnoses
      join runs on runs.id = diagnoses.run_id and runs.attempt = diagnoses.run_attempt
      where diagnoses.incident_id = incidents.id and coalesce(runs.head_branch, runs.head_sha) = incidents.branch
      order by diagnoses.run_id desc, diagnoses.run_attempt desc limit 1
    ) red on true
    left join lateral (
      select id, workflow_name from runs
      where repository_id = incidents.repository_id and workflow_path = incidents.workflow_path
        and head_branch = incidents.branch and coalesce(head_repository, '') = incidents.head_repository
        and status = 'completed' and conclusion = 'success' and (id, attempt) > (red.run_id, red.run_attempt)
      order by id desc, attempt desc limit 1
    ) green on true
    left join pull_requests pulls on pulls.repository_id = incidents.repository_id
      and pulls.number = incidents.pull_request_number and pulls.state = 'closed'
    where incidents.repository_id = ${where.repositoryId} and incidents.head_repository = ${where.headRepository}
      and incidents.branch = ${where.branch} and incidents.workflow_path = ${where.workflowPath} and incidents.status = 'open'
      and (green.id is not null or pulls.number is not null)`.execute(database);
  return rows;
}
