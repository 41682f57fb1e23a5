import { buildSchema } from 'graphql';

/**
 * The part of GitHub's GraphQL schema that this GitHub has, with GitHub's names and nullability.
 * Source: https://docs.github.com/en/graphql/reference (the public schema, checked by the contract tests)
 */
export const schema = buildSchema(/* GraphQL */ `
  scalar Base64String
  scalar DateTime
  scalar GitObjectID
  scalar URI

  type Query {
    repository(owner: String!, name: String!, followRenames: Boolean = true): Repository
    rateLimit(dryRun: Boolean = false): RateLimit
  }

  type Mutation {
    createCommitOnBranch(input: CreateCommitOnBranchInput!): CreateCommitOnBranchPayload
    convertPullRequestToDraft(input: ConvertPullRequestToDraftInput!): ConvertPullRequestToDraftPayload
    enablePullRequestAutoMerge(input: EnablePullRequestAutoMergeInput!): EnablePullRequestAutoMergePayload
    markPullRequestReadyForReview(input: MarkPullRequestReadyForReviewInput!): MarkPullRequestReadyForReviewPayload
  }

  type RateLimit {
    cost: Int!
    limit: Int!
    remaining: Int!
    resetAt: DateTime!
    used: Int!
  }

  type Repository {
    id: ID!
    name: String!
    nameWithOwner: String!
    isPrivate: Boolean!
    defaultBranchRef: Ref
    object(expression: String, oid: GitObjectID): GitObject
    ref(qualifiedName: String!): Ref
    pullRequest(number: Int!): PullRequest
  }

  type Ref {
    id: ID!
    name: String!
    prefix: String!
    target: Commit
  }

  interface GitObject {
    id: ID!
    oid: GitObjectID!
  }

  type Blob implements GitObject {
    id: ID!
    oid: GitObjectID!
    byteSize: Int!
    isBinary: Boolean
    isTruncated: Boolean!
    text: String
  }

  type Tree implements GitObject {
    id: ID!
    oid: GitObjectID!
  }

  type Commit implements GitObject {
    id: ID!
    oid: GitObjectID!
    message: String!
    url: URI!
    committedDate: DateTime!
    signature: SshSignature
  }

  type SshSignature {
    isValid: Boolean!
    wasSignedByGitHub: Boolean!
  }

  type PullRequest {
    id: ID!
    number: Int!
    title: String!
    isDraft: Boolean!
    merged: Boolean!
    state: PullRequestState!
    headRefOid: GitObjectID!
    headRefName: String!
    baseRefName: String!
    url: URI!
    autoMergeRequest: AutoMergeRequest
  }

  enum PullRequestState {
    CLOSED
    MERGED
    OPEN
  }

  enum PullRequestMergeMethod {
    MERGE
    REBASE
    SQUASH
  }

  type AutoMergeRequest {
    enabledAt: DateTime
    mergeMethod: PullRequestMergeMethod!
  }

  input CommittableBranch {
    branchName: String
    id: ID
    repositoryNameWithOwner: String
  }

  input CommitMessage {
    body: String = ""
    headline: String!
  }

  input FileAddition {
    contents: Base64String!
    path: String!
  }

  input FileDeletion {
    path: String!
  }

  input FileChanges {
    additions: [FileAddition!] = []
    deletions: [FileDeletion!] = []
  }

  input CreateCommitOnBranchInput {
    branch: CommittableBranch!
    clientMutationId: String
    expectedHeadOid: GitObjectID!
    fileChanges: FileChanges
    message: CommitMessage!
  }

  type CreateCommitOnBranchPayload {
    clientMutationId: String
    commit: Commit
    ref: Ref
  }

  input ConvertPullRequestToDraftInput {
    clientMutationId: String
    pullRequestId: ID!
  }

  type ConvertPullRequestToDraftPayload {
    clientMutationId: String
    pullRequest: PullRequest
  }

  input MarkPullRequestReadyForReviewInput {
    clientMutationId: String
    pullRequestId: ID!
  }

  type MarkPullRequestReadyForReviewPayload {
    clientMutationId: String
    pullRequest: PullRequest
  }

  input EnablePullRequestAutoMergeInput {
    authorEmail: String
    clientMutationId: String
    commitBody: String
    commitHeadline: String
    expectedHeadOid: GitObjectID
    mergeMethod: PullRequestMergeMethod = MERGE
    pullRequestId: ID!
  }

  type EnablePullRequestAutoMergePayload {
    clientMutationId: String
    pullRequest: PullRequest
  }
`);
