import { readBlobs } from '../../../src/github/file-batches.ts';
import type { At } from '../../../src/github/index.ts';
import { commitOnBranch, markReadyForReview } from '../../../src/github/writes.ts';
import { present, type Stage } from './stage.ts';

const REPOSITORY = `query ($owner: String!, $name: String!, $number: Int!) {
  rateLimit { cost limit remaining resetAt used }
  repository(owner: $owner, name: $name) {
    id name nameWithOwner isPrivate
    defaultBranchRef { id name prefix target { __typename id oid ... on Commit { message url committedDate } } }
    ref(qualifiedName: "refs/heads/main") { name target { __typename oid } }
    pullRequest(number: $number) {
      id number title isDraft merged state headRefOid headRefName baseRefName url autoMergeRequest { enabledAt mergeMethod }
    }
  }
}`;

const OBJECTS = `query ($owner: String!, $name: String!, $oid: GitObjectID!) {
  repository(owner: $owner, name: $name) {
    commit: object(oid: $oid) { __typename id oid ... on Commit { message } }
    folder: object(expression: "main:src") { __typename id oid ... on Tree { id } }
    file: object(expression: "main:README.md") { __typename ... on Blob { id oid byteSize isBinary isTruncated text } }
    nothing: object(expression: "main:nowhere") { __typename }
  }
}`;

const COMMIT = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) {
    clientMutationId
    commit { oid signature { __typename isValid wasSignedByGitHub } }
    ref { name }
  }
}`;

const TO_DRAFT = `mutation ($id: ID!) {
  convertPullRequestToDraft(input: { pullRequestId: $id, clientMutationId: "1" }) { clientMutationId pullRequest { isDraft } }
}`;

const AUTO_MERGE = `mutation ($id: ID!) {
  enablePullRequestAutoMerge(input: { pullRequestId: $id, mergeMethod: SQUASH }) { pullRequest { number } }
}`;

/** GraphQL: Regreen's own operations, as its own code sends them, and every field and mutation that the sandbox has. */
export async function playGraphql(stage: Stage): Promise<void> {
  const { octokit, at, repository } = stage;
  const writer: At = { client: octokit, repository: { owner: at.owner, name: at.repo } };
  const head = present(repository.git.branch('main'), 'main branch');
  await octokit.rest.git.createRef({ ...at, ref: 'refs/heads/regreen/fix', sha: head });
  await octokit.graphql(OBJECTS, { owner: at.owner, name: at.repo, oid: head });
  await readBlobs(writer, head, [{ path: 'README.md', mode: '100644', size: 9 }]);
  const files = [{ path: 'src/d.ts', content: 'export const d = 1;\n' }];
  const commit = { branch: 'regreen/fix', expectedHead: head, headline: 'Fix', body: 'Why', files };
  const fixed = await commitOnBranch(writer, commit);
  await failing(commitOnBranch(writer, commit));
  const input = {
    branch: { repositoryNameWithOwner: `${at.owner}/${at.repo}`, branchName: 'regreen/fix' },
    expectedHeadOid: fixed,
    message: { headline: 'Remove it' },
    fileChanges: { deletions: [{ path: 'src/d.ts' }], additions: [{ path: 'src/e.ts', contents: 'YQ==' }] },
  };
  await octokit.graphql(COMMIT, { input });
  const { data: pull } = await octokit.rest.pulls.create({ ...at, head: 'regreen/fix', base: 'main', title: 'Fix', draft: true });
  await markReadyForReview(writer, pull.node_id);
  await octokit.graphql(TO_DRAFT, { id: pull.node_id });
  await failing(octokit.graphql(AUTO_MERGE, { id: pull.node_id }));
  await octokit.graphql(REPOSITORY, { owner: at.owner, name: at.repo, number: pull.number });
  await failing(octokit.graphql(REPOSITORY, { owner: at.owner, name: 'nowhere', number: 1 }));
}

/** GraphQL refuses within an answer of status 200, which Octokit throws. */
async function failing(request: Promise<unknown>): Promise<void> {
  const answered = await request.then(
    () => true,
    () => false,
  );
  if (answered) throw new Error('the sandbox had to refuse a GraphQL operation');
}
