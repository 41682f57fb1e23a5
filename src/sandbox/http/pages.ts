import { Refusal } from './refusal.ts';

/** Source: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
const DEFAULT_PER_PAGE = 30;
const MAX_PER_PAGE = 100;

interface Page<T> {
  items: T[];
  headers: Record<string, string>;
}

interface Paged {
  query: URLSearchParams;
  url: URL;
}

/** One page of a list, with the `Link` header to its neighbours. */
export function paginate<T>({ query, url }: Paged, all: readonly T[]): Page<T> {
  const perPage = Math.min(MAX_PER_PAGE, positive(query.get('per_page'), DEFAULT_PER_PAGE));
  const page = positive(query.get('page'), 1);
  const last = Math.max(1, Math.ceil(all.length / perPage));
  const links: string[] = [];
  const link = (number: number, relation: string) => {
    const target = new URL(url);
    target.searchParams.set('page', String(number));
    links.push(`<${target}>; rel="${relation}"`);
  };
  if (page > 1) link(page - 1, 'prev');
  if (page < last) link(page + 1, 'next');
  if (page < last) link(last, 'last');
  if (page > 1) link(1, 'first');
  return {
    items: all.slice((page - 1) * perPage, page * perPage),
    headers: links.length > 0 ? { link: links.join(', ') } : {},
  };
}

export function positive(text: string | null, otherwise: number): number {
  const number = Number(text ?? '');
  return Number.isInteger(number) && number > 0 ? number : otherwise;
}

/** A number from the path; a 404 when it is none. */
export function idParameter(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Refusal(404, 'Not Found');
  return Number(text);
}
