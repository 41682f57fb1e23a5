/**
 * Whether a head is in the repository itself. Otherwise it is in another, or in one that is gone, which only forks can be; or
 * the repository had another name when it was told of.
 * @param headRepository `owner/name`; GitHub tells no two names apart by case alone
 */
export function isOwnHead(repository: { owner: string; name: string }, headRepository: string | null): boolean {
  return headRepository?.toLowerCase() === `${repository.owner}/${repository.name}`.toLowerCase();
}
